/// What the server answered, or what kept it from answering.
///
/// `description` is safe to show to anybody: it holds the condition, names of database objects and, where it cannot quote data, the
/// server's message. `debugDescription` holds everything, row values included, and is for logs.
public struct PostgresError: Error, Sendable, Hashable {
  /// Who found the error.
  public enum Origin: Sendable, Hashable {
    /// The server said so.
    case server
    /// The connection broke, or could not be made.
    case connection
    /// The deadline passed.
    case deadline
    /// An earlier statement of the same pipeline failed, so this one was not run.
    case abortedPipeline
    /// The caller asked for something that cannot be.
    case misuse
  }

  /// What was going on.
  public enum Operation: String, Sendable, Hashable {
    case connect, query, script, commit, rollback, copy, listen, replication, pipeline, cancel, configuration
  }

  /// Who found it.
  public var origin: Origin
  /// What was going on.
  public var operation: Operation
  /// Nil when the error did not come from the server.
  public var sqlState: SQLState?
  /// `ERROR`, `FATAL` or `PANIC`.
  public var severity: String
  /// The server's primary message, or ours. May quote a value.
  public var message: String
  /// May hold row values: for logs.
  public var detail: String?
  /// The server's advice, where it has any.
  public var hint: String?
  /// Where in functions and COPY it happened. May hold row values: for logs.
  public var context: String?
  /// Character position in the SQL text, from 1.
  public var position: Int?
  /// Schema of the table at fault, where the server names one.
  public var schema: String?
  /// Table at fault, where the server names one.
  public var table: String?
  /// Column at fault, where the server names one.
  public var column: String?
  /// Constraint that was violated, or would have been.
  public var constraint: String?

  /// An error of ours; those of the server are made by the connection.
  public init(
    origin: Origin, operation: Operation, sqlState: SQLState? = nil, severity: String = "ERROR", message: String, detail: String? = nil,
    hint: String? = nil
  ) {
    self.origin = origin
    self.operation = operation
    self.sqlState = sqlState
    self.severity = severity
    self.message = message
    self.detail = detail
    self.hint = hint
  }

  /// What can be done about it.
  public var classification: ErrorClassification {
    switch origin {
    case .server: ErrorClassification.of(sqlState, isFatal: isFatal)
    case .connection: sqlState == nil ? .connection : ErrorClassification.of(sqlState, isFatal: true)
    case .deadline: .retriable
    case .abortedPipeline: .retriable
    case .misuse: .permanent
    }
  }

  /// The server ended the session with this error.
  public var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

  static func misuse(_ message: String, operation: Operation = .configuration) -> PostgresError {
    PostgresError(origin: .misuse, operation: operation, message: message)
  }

  static func connection(_ message: String, operation: Operation) -> PostgresError {
    PostgresError(origin: .connection, operation: operation, severity: "FATAL", message: message)
  }

  static func closed(operation: Operation) -> PostgresError {
    connection("the connection is closed", operation: operation)
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// Safe for anybody.
  public var description: String {
    var text = "PostgreSQL \(operation.rawValue) failed"
    if let sqlState { text += " (\(sqlState))" }
    if messageQuotesNoData { text += ": \(message)" }
    if let constraint { text += "; constraint \"\(constraint)\"" }
    if let table { text += " of table \"\([schema, table].compactMap(\.self).joined(separator: "."))\"" }
    if let column { text += ", column \"\(column)\"" }
    return text
  }

  /// Everything, for logs.
  public var debugDescription: String {
    var text = "\(severity) in \(operation.rawValue)"
    if let sqlState { text += " (\(sqlState), \(classification.rawValue))" } else { text += " (\(classification.rawValue))" }
    text += ": \(message)"
    if let detail { text += "; detail: \(detail)" }
    if let hint { text += "; hint: \(hint)" }
    if let context { text += "; context: \(context)" }
    if let position { text += "; at character \(position)" }
    if let constraint { text += "; constraint \(constraint)" }
    if let table { text += "; table \([schema, table].compactMap(\.self).joined(separator: "."))" }
    if let column { text += "; column \(column)" }
    return text
  }

  /// Messages about connections, permissions, names and resources hold names only; those about data, constraints and syntax can quote values or SQL.
  private var messageQuotesNoData: Bool {
    guard let sqlState else { return true }
    if sqlState == .syntaxError { return false }
    return ["08", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "72"].contains(sqlState.classCode)
  }
}
