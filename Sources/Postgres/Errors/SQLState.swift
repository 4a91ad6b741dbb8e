/// The five characters by which PostgreSQL names an error condition.
///
/// Source: PostgreSQL documentation, appendix "PostgreSQL Error Codes".
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The five characters.
  public let rawValue: String

  /// Any five characters; nothing is checked.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The first two characters, which name the class.
  public var classCode: String { String(rawValue.prefix(2)) }

  /// `23505 unique_violation`, or the code alone where the name is not one of those known here.
  public var description: String {
    conditionName.map { "\(rawValue) \($0)" } ?? rawValue
  }

  /// PostgreSQL's name of the condition, for those that an operator meets.
  public var conditionName: String? { Self.names[rawValue] }

  /// `08006`: connection failure.
  public static let connectionFailure = SQLState(rawValue: "08006")
  /// `0A000`: feature not supported.
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// `23505`: unique violation.
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// `23503`: foreign key violation.
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  /// `23502`: not null violation.
  public static let notNullViolation = SQLState(rawValue: "23502")
  /// `23514`: check violation.
  public static let checkViolation = SQLState(rawValue: "23514")
  /// `23P01`: exclusion violation.
  public static let exclusionViolation = SQLState(rawValue: "23P01")
  /// `25006`: read only sql transaction.
  public static let readOnlyTransaction = SQLState(rawValue: "25006")
  /// `25P02`: in failed sql transaction.
  public static let inFailedTransaction = SQLState(rawValue: "25P02")
  /// `28P01`: invalid password.
  public static let invalidPassword = SQLState(rawValue: "28P01")
  /// `3D000`: invalid catalog name.
  public static let unknownDatabase = SQLState(rawValue: "3D000")
  /// `40001`: serialization failure.
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// `40P01`: deadlock detected.
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  /// `42601`: syntax error.
  public static let syntaxError = SQLState(rawValue: "42601")
  /// `42501`: insufficient privilege.
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// `42710`: duplicate object.
  public static let duplicateObject = SQLState(rawValue: "42710")
  /// `42P01`: undefined table.
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// `42703`: undefined column.
  public static let undefinedColumn = SQLState(rawValue: "42703")
  /// `42704`: undefined object.
  public static let undefinedObject = SQLState(rawValue: "42704")
  /// `42P07`: duplicate table.
  public static let duplicateTable = SQLState(rawValue: "42P07")
  /// `42P04`: duplicate database.
  public static let duplicateDatabase = SQLState(rawValue: "42P04")
  /// `53300`: too many connections.
  public static let tooManyConnections = SQLState(rawValue: "53300")
  /// `53100`: disk full.
  public static let diskFull = SQLState(rawValue: "53100")
  /// `55000`: object not in prerequisite state.
  public static let objectNotInPrerequisiteState = SQLState(rawValue: "55000")
  /// `55006`: object in use.
  public static let objectInUse = SQLState(rawValue: "55006")
  /// `55P03`: lock not available.
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// `57014`: query canceled.
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// `57P01`: admin shutdown.
  public static let adminShutdown = SQLState(rawValue: "57P01")
  /// `57P02`: crash shutdown.
  public static let crashShutdown = SQLState(rawValue: "57P02")
  /// `57P03`: cannot connect now.
  public static let cannotConnectNow = SQLState(rawValue: "57P03")

  private static let names: [String: String] = [
    "08000": "connection_exception", "08001": "sqlclient_unable_to_establish_sqlconnection", "08003": "connection_does_not_exist",
    "08004": "sqlserver_rejected_establishment_of_sqlconnection", "08006": "connection_failure", "08P01": "protocol_violation",
    "0A000": "feature_not_supported", "21000": "cardinality_violation", "22000": "data_exception",
    "22001": "string_data_right_truncation", "22003": "numeric_value_out_of_range", "22007": "invalid_datetime_format",
    "22008": "datetime_field_overflow", "22012": "division_by_zero", "22021": "character_not_in_repertoire",
    "22023": "invalid_parameter_value", "22P02": "invalid_text_representation", "22P03": "invalid_binary_representation",
    "22P04": "bad_copy_file_format", "22P05": "untranslatable_character", "22030": "duplicate_json_object_key_value",
    "22032": "invalid_json_text", "23000": "integrity_constraint_violation", "23001": "restrict_violation",
    "23502": "not_null_violation", "23503": "foreign_key_violation", "23505": "unique_violation", "23514": "check_violation",
    "23P01": "exclusion_violation", "25001": "active_sql_transaction", "25006": "read_only_sql_transaction",
    "25P01": "no_active_sql_transaction", "25P02": "in_failed_sql_transaction", "25P03": "idle_in_transaction_session_timeout",
    "28000": "invalid_authorization_specification", "28P01": "invalid_password", "3D000": "invalid_catalog_name",
    "3F000": "invalid_schema_name", "40001": "serialization_failure", "40003": "statement_completion_unknown",
    "40P01": "deadlock_detected", "42501": "insufficient_privilege", "42601": "syntax_error", "42602": "invalid_name",
    "42622": "name_too_long", "42701": "duplicate_column", "42702": "ambiguous_column", "42703": "undefined_column",
    "42704": "undefined_object", "42710": "duplicate_object", "42723": "duplicate_function", "42804": "datatype_mismatch",
    "42809": "wrong_object_type", "42846": "cannot_coerce", "42883": "undefined_function", "42P01": "undefined_table",
    "42P04": "duplicate_database", "42P05": "duplicate_prepared_statement", "42P06": "duplicate_schema", "42P07": "duplicate_table",
    "42P10": "invalid_column_reference", "42P18": "indeterminate_datatype", "42P22": "indeterminate_collation",
    "53000": "insufficient_resources", "53100": "disk_full", "53200": "out_of_memory", "53300": "too_many_connections",
    "53400": "configuration_limit_exceeded", "54000": "program_limit_exceeded", "55000": "object_not_in_prerequisite_state",
    "55006": "object_in_use", "55P02": "cant_change_runtime_param", "55P03": "lock_not_available", "57000": "operator_intervention",
    "57014": "query_canceled", "57P01": "admin_shutdown", "57P02": "crash_shutdown", "57P03": "cannot_connect_now",
    "57P04": "database_dropped", "57P05": "idle_session_timeout", "58000": "system_error", "58030": "io_error",
    "58P01": "undefined_file", "72000": "snapshot_too_old", "P0001": "raise_exception", "XX000": "internal_error",
    "XX001": "data_corrupted", "XX002": "index_corrupted",
  ]
}
