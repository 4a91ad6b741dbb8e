internal import CLibPQ

/// The fields of an error or notice.
struct ResultFields: ~Copyable {
  /// The codes of `PG_DIAG_…`, which are the letters of the protocol's fields.
  enum Field: Unicode.Scalar {
    case severity = "V"
    case localizedSeverity = "S"
    case sqlState = "C"
    case message = "M"
    case detail = "D"
    case hint = "H"
    case position = "P"
    case context = "W"
    case schema = "s"
    case table = "t"
    case column = "c"
    case constraint = "n"
  }

  private let result: OpaquePointer

  init(_ result: OpaquePointer) {
    self.result = result
  }

  subscript(field: Field) -> String? {
    PQresultErrorField(result, Int32(field.rawValue.value)).map { String(cString: $0) }
  }
}

extension PostgresError {
  /// Everything that the server said, read at once.
  init(result: OpaquePointer, operation: Operation) {
    let fields = ResultFields(result)
    let state = fields[.sqlState]
    let whole = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
    self.init(
      // Without a SQLSTATE it was libpq that gave up: the connection is broken.
      origin: state == nil ? .connection : .server, operation: operation, sqlState: state.map { SQLState(rawValue: $0) },
      severity: fields[.severity] ?? (state == nil ? "FATAL" : "ERROR"),
      message: fields[.message] ?? whole.split(separator: "\n").joined(separator: "; "), detail: fields[.detail], hint: fields[.hint])
    position = fields[.position].flatMap { Int($0) }
    context = fields[.context]
    schema = fields[.schema]
    table = fields[.table]
    column = fields[.column]
    constraint = fields[.constraint]
  }
}
