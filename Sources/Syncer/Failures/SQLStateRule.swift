/// What a SQLSTATE of PostgreSQL means for the syncer: a table of codes and classes, looked up by the exact code first, by the class
/// (the first two characters) then. Source: PostgreSQL's documentation, appendix A, "PostgreSQL Error Codes".
struct SQLStateRule: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case transient
    case permanent
    case sinkDown
  }

  let kind: Kind
  let sentence: String

  static func rule(for code: String) -> SQLStateRule {
    exact[code] ?? classes[String(code.prefix(2))] ?? unknown
  }

  private static func transient(_ sentence: String) -> SQLStateRule { SQLStateRule(kind: .transient, sentence: sentence) }
  private static func permanent(_ sentence: String) -> SQLStateRule { SQLStateRule(kind: .permanent, sentence: sentence) }
  private static func sinkDown(_ sentence: String) -> SQLStateRule { SQLStateRule(kind: .sinkDown, sentence: sentence) }

  private static let unknown = transient("The database answered with a code that has no rule here; tried again, then isolated.")

  private static let misfit =
    "The read model lacks a table, column, function or type that a handler uses: run the migrations or fix the handler; waiting."

  private static let exact: [String: SQLStateRule] = [
    // Things that a record may cause, or that its neighbours in time may.
    "23503": transient("The row refers to another one that is not there yet; tried again, as it may still come."),
    "25P03": transient("The transaction was idle for too long and was ended; tried again."),
    "26000": transient("A prepared statement is unknown, as behind a connection pooler; tried again."),
    "55000": transient("An object is not in the state that the statement needs; tried again."),
    "55006": transient("An object is in use by somebody else; tried again."),
    "55P03": transient("A lock was not granted in time; tried again."),
    "57014": transient("The statement was cancelled or ran into its timeout; tried again."),
    "XX000": transient("The database reported an internal error; tried again, then isolated."),

    // Things that no record causes.
    "25006": sinkDown("The database is read-only, as a standby is after a failover; waiting for a primary."),
    "3D000": sinkDown("The read database does not exist: create it or correct the configuration; waiting."),
    "3F000": sinkDown("A schema of the read database does not exist: run the migrations; waiting."),
    "42501": sinkDown("The role lacks a privilege on the read model: grant it; waiting."),
    "42703": sinkDown(misfit),
    "42704": sinkDown(misfit),
    "42883": sinkDown(misfit),
    "42P01": sinkDown(misfit),
    "42P10": sinkDown("A unique index that a handler relies on is missing: run the migrations; waiting."),
    "53100": sinkDown("The database's disk is full: make room; waiting."),
    "53200": sinkDown("The database is out of memory; waiting."),
    "53300": sinkDown("The database accepts no more connections: raise max_connections or lower the pools; waiting."),
    "57P01": sinkDown("The database was told to end this connection; connecting again."),
    "57P02": sinkDown("The database crashed and recovers; waiting."),
    "57P03": sinkDown("The database is starting up or shutting down; waiting."),
    "57P04": sinkDown("The read database was dropped; waiting."),
    "57P05": sinkDown("The connection was idle for too long and was ended; connecting again."),
    "XX001": sinkDown("The database reports damaged data: an operator must look; waiting."),
    "XX002": sinkDown("The database reports a damaged index: reindex; waiting."),
  ]

  private static let classes: [String: SQLStateRule] = [
    "08": sinkDown("The connection to the database is broken; connecting again."),
    "0A": transient("The database does not support this, or the table changed under a prepared statement; tried again."),
    "21": permanent("A statement met more rows than it may."),
    "22": permanent("A value does not fit the column's type or range."),
    "23": permanent("A row violates a constraint of the read model."),
    "24": permanent("A cursor is in the wrong state: a defect of the handler."),
    "25": permanent("The transaction is in the wrong state: a defect of the handler."),
    "28": sinkDown("The database refused the role or its password: correct the credentials; waiting."),
    "34": permanent("A cursor is unknown: a defect of the handler."),
    "38": permanent("A function of the database failed on a row."),
    "39": permanent("A function of the database failed on a row."),
    "40": transient("The transaction met a concurrent one and was rolled back; tried again."),
    "42": permanent("A statement is not valid for this record: a defect of the handler, or a type that changed."),
    "44": permanent("A row violates the condition of a view."),
    "53": sinkDown("The database lacks resources; waiting."),
    "54": permanent("A row exceeds a limit of the database."),
    "55": transient("An object is not in the state that the statement needs; tried again."),
    "57": sinkDown("An operator or a shutdown intervened in the database; waiting."),
    "58": sinkDown("The database's system reported an error outside of the database; waiting."),
    "72": transient("The snapshot is too old; tried again."),
    "F0": sinkDown("The database's configuration file is broken; waiting."),
    "P0": permanent("A procedure or trigger of the read model refused a row."),
    "XX": sinkDown("The database reported an internal error: an operator must look; waiting."),
  ]
}
