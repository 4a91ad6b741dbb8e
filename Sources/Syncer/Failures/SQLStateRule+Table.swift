extension SQLStateRule {
  private static func transient(_ sentence: String) -> SQLStateRule { SQLStateRule(kind: .transient, sentence: sentence) }
  private static func permanent(_ sentence: String) -> SQLStateRule {
    SQLStateRule(kind: .permanent, sentence: "\(sentence) The record is set aside and the others go on.")
  }
  private static func sinkDown(_ sentence: String) -> SQLStateRule {
    SQLStateRule(kind: .sinkDown, sentence: "\(sentence) Waiting until it is done.")
  }
  private static func outage(_ sentence: String) -> SQLStateRule { SQLStateRule(kind: .sinkDown, sentence: sentence) }

  /// What happens to a code that neither table knows.
  static let unknown = transient(
    "The database answered with a code that has no rule here; tried again, and where that does not help the record at fault is set aside: look at the "
      + "database's log.")

  private static func misfit(_ what: String) -> SQLStateRule {
    sinkDown("The read model lacks a \(what) that a handler uses: run the migrations, or deploy the handler that fits.")
  }

  private static func defect(_ what: String) -> SQLStateRule {
    permanent("\(what): a defect of the handler, to be mended there.")
  }

  /// By the whole code. First what a record, or its neighbours in time, may cause; then what no record causes.
  static let exact: [String: SQLStateRule] = [
    "22001": permanent("A text is longer than its column: widen the column, or correct the value and retry."),
    "22003": permanent("A number is out of its column's range: widen the column, or correct the value and retry."),
    "22007": permanent("A date or time has no valid form: correct the value and retry."),
    "22008": permanent("A date or time is out of its type's range: correct the value and retry."),
    "22021": permanent("A text holds bytes that the database's encoding cannot, such as NUL: correct the value and retry."),
    "22P02": permanent("A value is not of its column's type: correct the value and retry, or change the column's type."),
    "22P05": permanent(
      "A text holds a character that the database's encoding lacks: use a database in UTF8, or correct the value and retry."),
    "23001": transient("The row cannot go while others refer to it; tried again, as they may still go. Else retry when they have gone."),
    "23502": permanent("A column that must have a value gets none: give the column a default, or correct the value and retry."),
    "23503": transient(
      "The row refers to another one that is not there yet; tried again, as it may still come. Else retry when it has come."),
    "23505": permanent("Another row has the same unique value: retry when that one has changed, or drop the constraint."),
    "23514": permanent("A row violates a check of the read model: change the check, or correct the value and retry."),
    "23P01": permanent("A row excludes another one that is there: retry when that one has changed, or drop the constraint."),
    "25P03": transient(
      "The transaction was idle for longer than idle_in_transaction_session_timeout and was ended; tried again: raise it if this goes on."),
    "25P04": transient(
      "The transaction took longer than transaction_timeout and was ended; tried again: raise it, or lower the batch, if this goes on."),
    "26000": transient(
      "A prepared statement is unknown, as behind a connection pooler; tried again: let the pooler keep sessions if this goes on."),
    "40001": transient("The transaction met a concurrent one and was rolled back; tried again, nothing is to be done."),
    "40P01": transient("The transaction and another one waited for each other and it was rolled back; tried again, nothing is to be done."),
    "53400": transient(
      "A limit of the database's configuration was exceeded, such as temp_file_limit; tried again: raise it, or lower the batch, if this goes on."
    ),
    "55000": transient("An object is not in the state that the statement needs; tried again: look at the database's log if this goes on."),
    "55006": transient("An object is in use by somebody else; tried again: look who holds it if this goes on."),
    "55P02": defect("A setting cannot be changed now"),
    "55P03": transient("A lock was not granted in time; tried again: look who holds it (pg_locks) if this goes on."),
    "57014": transient(
      "The statement was cancelled or ran into statement_timeout; tried again: raise it, or lower the batch, if this goes on."),
    "HV00N": sinkDown("A foreign server of the read database cannot be reached: look at it."),
    "XX000": transient(
      "The database reported an internal error; tried again, and where that does not help the record at fault is set aside: look at the database's log."
    ),

    "0P000": sinkDown("A role that a handler uses does not exist: create it."),
    "25006": outage(
      "The database is read-only, as a standby is after a fail-over: waiting for a primary. Point the configuration at it (target_session_attrs) if none comes."
    ),
    "3D000": sinkDown("The read database does not exist: create it, or correct the configuration."),
    "3F000": sinkDown("A schema of the read database does not exist: run the migrations."),
    "42501": sinkDown("The role lacks a privilege on the read model: grant it."),
    "42703": misfit("column"),
    "42704": misfit("type or another object"),
    "42883": misfit("function or an operator"),
    "42P01": misfit("table"),
    "42P10": sinkDown("A unique index that a handler relies on is missing: run the migrations."),
    "53100": sinkDown("The database's disk is full: make room."),
    "53200": sinkDown("The database is out of memory: lower its settings or the batch, or give it more."),
    "53300": sinkDown("The database accepts no more connections: raise max_connections, or lower the pools."),
    "57P01": outage("The database was told to end this connection: connecting again. Nothing is to be done unless this goes on."),
    "57P02": outage("The database crashed and recovers: waiting for it. Look at its log."),
    "57P03": outage("The database is starting up or shutting down: waiting for it."),
    "57P04": sinkDown("The read database was dropped: restore it, or create it and rebuild the read models."),
    "57P05": outage("The connection was idle for longer than idle_session_timeout and was ended: connecting again."),
    "XX001": sinkDown(
      "The database reports damaged data: stop writing, look at its log and its disk, and restore it from a backup if need be."),
    "XX002": sinkDown("The database reports a damaged index: rebuild it (REINDEX)."),
  ]

  /// By the first two characters.
  static let classes: [String: SQLStateRule] = [
    "03": defect("A statement was not complete"),
    "08": outage("The connection to the database is broken: connecting again. Look at the network and the database if this goes on."),
    "09": permanent("A trigger of the read model failed: mend it, and retry."),
    "0A": transient(
      "The database does not support this, or the table changed under a prepared statement; tried again, and where that does not help set aside."
    ),
    "0B": defect("A transaction was begun where it cannot be"),
    "0F": defect("A large object was used wrongly"),
    "0L": sinkDown("The role may not grant what a handler grants: run the migrations as the owner."),
    "0P": sinkDown("A role that a handler uses is not valid: create it."),
    "0Z": permanent("A procedure of the read model failed while it handled an error: mend it, and retry."),
    "10": permanent("A value is no XML that the read model's expressions can read: correct the value and retry."),
    "20": permanent("A procedure of the read model has no case for this row: mend it, and retry."),
    "21": permanent("A statement of the read model met more rows than it may: mend the projection or the handler, and retry."),
    "22": permanent("A value does not fit the column's type or range: correct the value and retry, or change the column's type."),
    "23": permanent("A row violates a constraint of the read model: change the constraint, or correct the value and retry."),
    "24": defect("A cursor is in the wrong state"),
    "25": defect("The transaction is in the wrong state"),
    "26": transient("A prepared statement is unknown; tried again."),
    "27": permanent("A trigger of the read model changed the row that was being written: mend it, and retry."),
    "28": sinkDown("The database refused the role or its password: correct the credentials."),
    "2B": sinkDown("Privileges of the read model depend on each other: look at what the handler's migration does."),
    "2D": defect("A transaction was ended where it cannot be"),
    "2F": permanent("A function of the read model failed on a row: mend it, and retry."),
    "34": defect("A cursor is unknown"),
    "38": permanent("A function of the read model failed on a row: mend it, and retry."),
    "39": permanent("A function of the read model failed on a row: mend it, and retry."),
    "3B": defect("A savepoint is unknown or in the wrong state"),
    "3D": sinkDown("The read database does not exist: create it, or correct the configuration."),
    "3F": sinkDown("A schema of the read database does not exist: run the migrations."),
    "40": transient("The transaction was rolled back by the database; tried again, nothing is to be done."),
    "42": permanent("A statement is not valid for this record: a defect of the handler, or a type that changed. Mend it, and retry."),
    "44": permanent("A row violates the condition of a view: change the view, or correct the value and retry."),
    "53": sinkDown("The database lacks resources: look at its log."),
    "54": permanent(
      "A row exceeds a limit of the database, such as its size or that of an index entry: correct the value or the index, and retry."),
    "55": transient("An object is not in the state that the statement needs; tried again: look at the database's log if this goes on."),
    "57": outage("An operator or a shutdown intervened in the database: waiting for it."),
    "58": sinkDown("The database's system reported an error, such as of its disk: look at its log."),
    "72": transient("The snapshot is too old; tried again."),
    "F0": sinkDown("The database's configuration file is broken: mend it."),
    "HV": transient(
      "A foreign table of the read model failed; tried again, and where that does not help set aside: look at the foreign server."),
    "P0": permanent("A procedure or trigger of the read model refused a row: change it, or correct the value and retry."),
    "XX": sinkDown("The database reported an internal error: look at its log."),
  ]
}
