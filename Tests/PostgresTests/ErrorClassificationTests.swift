import Testing

@testable import Postgres

@Suite struct ErrorClassificationTests {
  @Test(arguments: [
    ("40001", ErrorClassification.retriable), ("40P01", .retriable), ("55P03", .retriable), ("55006", .retriable), ("53100", .retriable),
    ("53300", .retriable), ("57014", .retriable), ("58030", .retriable), ("08006", .connection), ("08P01", .connection),
    ("57P01", .connection), ("57P03", .connection), ("25006", .connection), ("25P03", .connection), ("23505", .permanent),
    ("22P02", .permanent), ("42P01", .permanent), ("42501", .permanent), ("28P01", .permanent), ("3D000", .permanent),
    ("0A000", .permanent), ("54000", .permanent), ("XX000", .permanent), ("25P02", .permanent), ("P0001", .permanent),
  ])
  func decides(code: String, expected: ErrorClassification) {
    #expect(ErrorClassification.of(SQLState(rawValue: code), isFatal: false) == expected)
  }

  @Test func anUnknownFatalErrorIsTheConnections() {
    #expect(ErrorClassification.of(SQLState(rawValue: "XX000"), isFatal: true) == .connection)
    #expect(ErrorClassification.of(nil, isFatal: false) == .connection)
    #expect(ErrorClassification.of(.invalidPassword, isFatal: true) == .permanent)
    #expect(ErrorClassification.of(.tooManyConnections, isFatal: true) == .retriable)
  }

  @Test func theSafeTextQuotesNoValue() {
    var error = PostgresError(
      origin: .server, operation: .query, sqlState: SQLState(rawValue: "22P02"), message: "invalid input syntax for type integer: \"4711\"",
      detail: "Failing row contains (4711).")
    error.table = "orders"
    error.schema = "public"
    #expect(error.description == "PostgreSQL query failed (22P02 invalid_text_representation) of table \"public.orders\"")
    #expect(error.debugDescription.contains("4711"))
  }

  @Test(arguments: [
    ("FATAL:  password authentication failed for user \"x\"", ErrorClassification.permanent),
    ("FATAL:  sorry, too many clients already", .retriable),
    ("FATAL:  the database system is starting up", .connection),
    ("connection refused", .connection),
    ("FATAL:  must be superuser or replication role to start walsender", .permanent),
  ])
  func tellsFailedConnectsApart(message: String, expected: ErrorClassification) {
    var error = PostgresError.connection(message, operation: .connect)
    error.sqlState = ConnectFailure.sqlState(of: message, needsPassword: false)
    #expect(error.classification == expected)
  }
}
