internal import Postgres
internal import Syncer

/// Remembers how far each handler has come in each partition, in the transaction that applies the changes.
enum AppliedPositionStore {
  static let table = "public.sluice_applied_positions"

  static func prepare(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      CREATE TABLE IF NOT EXISTS \(table) (
        handler text NOT NULL, topic text NOT NULL, partition integer NOT NULL, lsn bigint NOT NULL, committed_at bigint NOT NULL,
        PRIMARY KEY (handler, topic, partition))
      """)
  }

  /// The newest of records that follow each other in one partition.
  private struct Run {
    let topic: String
    let partition: Int32
    var lsn: Int64
    var committedAt: Int64
  }

  /// The statement that moves the positions forward over `records`; nil where none of them has an LSN.
  static func advance(_ handler: String, over records: [ChangeRecord]) -> Query? {
    var newest: [String: [Int32: (lsn: Int64, committedAt: Int64)]] = [:]
    func note(_ run: Run) {
      let known = newest[run.topic]?[run.partition] ?? (0, 0)
      newest[run.topic, default: [:]][run.partition] = (max(known.lsn, run.lsn), max(known.committedAt, run.committedAt))
    }
    // Records of one partition stand together: the dictionary is asked once for all of them.
    var run: Run?
    for record in records {
      guard let source = record.source, let lsn = source.lsn else { continue }
      if var current = run, current.partition == record.partition, current.topic == record.topic {
        current.lsn = max(current.lsn, lsn)
        current.committedAt = max(current.committedAt, source.committedAt)
        run = current
      } else {
        if let run { note(run) }
        run = Run(topic: record.topic, partition: record.partition, lsn: lsn, committedAt: source.committedAt)
      }
    }
    if let run { note(run) }
    let positions = newest.flatMap { topic, partitions in partitions.map { (topic, $0.key, $0.value) } }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    guard !positions.isEmpty else { return nil }
    let statement: Query = """
      INSERT INTO \(unescaped: table) AS p (handler, topic, partition, lsn, committed_at)
      SELECT \(handler, as: "text"), n.topic, n.partition, n.lsn, n.committed_at
      FROM unnest(\(positions.map(\.0)), \(positions.map(\.1)), \(positions.map(\.2.lsn)), \(positions.map(\.2.committedAt)))
        AS n(topic, partition, lsn, committed_at)
      ON CONFLICT (handler, topic, partition) DO UPDATE
        SET lsn = greatest(p.lsn, excluded.lsn), committed_at = greatest(p.committed_at, excluded.committed_at)
      """
    return statement.prepared()
  }

  /// - Parameter document: A document table, quoted: what is still pending of its fan-outs holds the positions back.
  static func load(from connection: Connection, holdingBackFor document: String) async throws -> [AppliedPosition] {
    let rows = try await connection.query(
      """
      SELECT handler, topic, partition, least(lsn, \(unescaped: FanOutStore.pendingLSN(of: document)) - 1), committed_at
      FROM \(unescaped: table) ORDER BY handler, topic, partition
      """)
    return try rows.map { row in
      AppliedPosition(
        handler: try row[0, as: String.self], topic: try row[1, as: String.self], partition: try row[2, as: Int32.self],
        lsn: try row[3, as: Int64.self], committedAt: try row[4, as: Int64.self])
    }
  }
}
