internal import Postgres

/// The tasks of fan-outs: durable, in the read database, stored by the transaction that brings the change.
struct FanOutStore {
  static let table = "public.sluice_fan_out"

  /// The document table, quoted.
  let document: String

  static func prepare(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      CREATE TABLE IF NOT EXISTS \(table) (
        document text NOT NULL, path text NOT NULL, value text NOT NULL, generation bigint NOT NULL DEFAULT 1,
        lsn bigint NOT NULL, first_lsn bigint NOT NULL, round_lsn bigint NOT NULL,
        cursor text, stop text, is_wrapped boolean NOT NULL DEFAULT false, remaining bigint,
        since timestamptz NOT NULL DEFAULT now(), stepped_at timestamptz, attempts integer NOT NULL DEFAULT 0, retry_at timestamptz,
        reason text, PRIMARY KEY (document, path, value)) WITH (fillfactor = 50)
      """)
  }

  /// A step that a crash of the server takes back is taken again: it need not wait for the disk. Its statements, their waiting for locks
  /// included, end at the deadline.
  static func prepareStep(deadline: Duration) -> Query {
    let milliseconds = max(1, deadline.components.seconds * 1000 + deadline.components.attoseconds / 1_000_000_000_000_000)
    return
      "SELECT set_config('synchronous_commit', 'off', true), set_config('statement_timeout', \(String(milliseconds), as: "text"), true)"
  }

  /// Leaves tasks, each of a path's name, a value, and the LSN of its change. In order, so that two transactions that leave the same ones do
  /// not wait for each other crosswise. A task that is there takes the change in; see `FanOutTask.changed`.
  func enqueue(_ tasks: [(path: String, value: String, lsn: Int64)]) -> Query {
    let tasks = tasks.sorted { ($0.path, $0.value) < ($1.path, $1.value) }
    return """
      INSERT INTO \(unescaped: Self.table) AS f (document, path, value, lsn, first_lsn, round_lsn)
      SELECT \(document, as: "text"), t.path, t.value, t.lsn, t.lsn, t.lsn
      FROM unnest(\(tasks.map(\.path)), \(tasks.map(\.value)), \(tasks.map(\.lsn))) AS t(path, value, lsn)
      ON CONFLICT (document, path, value) DO UPDATE SET
        generation = f.generation + 1, lsn = greatest(f.lsn, excluded.lsn), first_lsn = least(f.first_lsn, excluded.first_lsn),
        round_lsn = least(f.round_lsn, excluded.lsn - 1), stop = f.cursor, is_wrapped = false, remaining = NULL
      """
  }

  /// Values that could be walked now, those first that have waited longest for a step.
  static func candidates(of documents: [String], limit: Int) -> Query {
    """
    SELECT document, path, value FROM \(unescaped: table)
    WHERE document = ANY(\(documents)) AND (retry_at IS NULL OR retry_at <= now())
    ORDER BY stepped_at NULLS FIRST, since LIMIT \(Int64(limit))
    """
  }

  /// Claims a task until the transaction ends, if nobody else has.
  func claim(_ name: FanOutTask.Name) -> Query {
    let lock = LockID(name: "fan-out:" + name.document + ":" + name.path, value: name.value)
    return "SELECT pg_try_advisory_xact_lock(\(lock.key))"
  }

  private static let columns = "generation, lsn, first_lsn, round_lsn, cursor, stop, is_wrapped, remaining"

  /// The task. `FOR UPDATE SKIP LOCKED` leaves out one that a change is just coming to.
  func load(_ name: FanOutTask.Name, _ locking: String = "") -> Query {
    """
    SELECT \(unescaped: Self.columns) FROM \(unescaped: Self.table)
    WHERE document = \(name.document) AND path = \(name.path) AND value = \(name.value) \(unescaped: locking)
    """
  }

  static func task(_ name: FanOutTask.Name, _ row: Row) throws -> FanOutTask {
    FanOutTask(
      name: name, generation: try row[0, as: Int64.self], lsn: try row[1, as: Int64.self], firstLSN: try row[2, as: Int64.self],
      roundLSN: try row[3, as: Int64.self], cursor: try row[4, as: String?.self], stop: try row[5, as: String?.self],
      isWrapped: try row[6, as: Bool.self], remaining: try row[7, as: Int64?.self])
  }

  /// Stores where the walk stands, which the transaction has locked.
  func save(_ task: FanOutTask) -> Query {
    """
    UPDATE \(unescaped: Self.table) SET first_lsn = \(task.firstLSN), round_lsn = \(task.roundLSN), cursor = \(task.cursor),
      stop = \(task.stop), is_wrapped = \(task.isWrapped), remaining = \(task.remaining),
      stepped_at = clock_timestamp(), attempts = 0, retry_at = NULL, reason = NULL
    WHERE document = \(task.name.document) AND path = \(task.name.path) AND value = \(task.name.value)
    """
  }

  /// The walk is over.
  func delete(_ name: FanOutTask.Name) -> Query {
    """
    DELETE FROM \(unescaped: Self.table)
    WHERE document = \(name.document) AND path = \(name.path) AND value = \(name.value)
    """
  }

  /// Puts a task off whose step failed: twice as long each time, five minutes at the most. One that is not there yet is made.
  ///
  /// - Parameter lsn: Of the change that the task is made for; 0 where it is there.
  func postpone(_ name: FanOutTask.Name, lsn: Int64, reason: String) -> Query {
    """
    INSERT INTO \(unescaped: Self.table) AS f (document, path, value, lsn, first_lsn, round_lsn, attempts, retry_at, reason)
    VALUES (\(name.document), \(name.path), \(name.value), \(lsn), \(lsn), \(lsn), 1, now() + interval '1 second', \(reason))
    ON CONFLICT (document, path, value) DO UPDATE SET
      generation = f.generation + CASE WHEN excluded.lsn > 0 THEN 1 ELSE 0 END, lsn = greatest(f.lsn, excluded.lsn),
      first_lsn = CASE WHEN excluded.lsn > 0 THEN least(f.first_lsn, excluded.lsn) ELSE f.first_lsn END, attempts = f.attempts + 1,
      retry_at = now() + least(300, power(2, least(f.attempts, 20))) * (0.5 + random() / 2) * interval '1 second',
      reason = excluded.reason, stepped_at = clock_timestamp()
    """
  }

  /// The most that ``count(of:path:value:)`` counts.
  static let countLimit: Int64 = 1_000_000

  /// What there is to do, one row per document that has anything: of its name, tasks, documents, seconds, LSN, failing ones.
  static func status(of documents: [String]) -> Query {
    """
    SELECT document, count(*), coalesce(sum(remaining), 0)::bigint, extract(epoch FROM now() - min(since))::double precision, min(first_lsn),
      count(*) FILTER (WHERE retry_at IS NOT NULL)
    FROM \(unescaped: table) WHERE document = ANY(\(documents)) GROUP BY document
    """
  }

  /// The lowest LSN of a change that some document does not show yet, NULL where none is pending: an expression for other statements.
  static func pendingLSN(of document: String) -> String {
    "(SELECT min(f.first_lsn) FROM \(table) f WHERE f.document = \(SQLName.literal(document)))"
  }
}
