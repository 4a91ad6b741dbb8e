import ChangeEvents
import Postgres
import Syncer

/// What ``HandlersMember`` has written down, and what can be seen from it.
struct AppliedTables: Sendable {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  func create() async throws {
    try await connection.executeScript(
      """
      CREATE TABLE seen (number bigserial, topic text, partition int, "offset" bigint);
      CREATE TABLE handled (number bigserial PRIMARY KEY, topic text, key text, lsn bigint, op text, client int, entry bigint);
      CREATE INDEX ON handled (client, entry) WHERE op <> 'r'
      """)
  }

  func see(_ change: ChangeRecord) async throws {
    try await connection.execute(
      "INSERT INTO seen (topic, partition, \"offset\") VALUES (\(change.topic), \(Int64(change.partition))::int, \(change.offset))")
  }

  func handle(_ change: ChangeRecord) async throws {
    guard let envelope = change.envelope else { return }
    try await connection.execute(
      """
      INSERT INTO handled (topic, key, lsn, op, client, entry)
      VALUES (\(change.topic), \(change.key.map { String(decoding: $0, as: UTF8.self) }), \(envelope.source.lsn),
        \(String(envelope.operation.letter)), \(Self.integer(envelope.after?["client"]))::int, \(Self.integer(envelope.after?["number"])))
      """)
  }

  private static func integer(_ value: FieldValue?) -> Int64? {
    if case .integer(let number)? = value { number } else { nil }
  }

  /// What must not be there, as lines; empty where all is well. Entries of the journal are only inserted: each must have been handled once.
  ///
  /// - Parameter since: rows up to this number were looked at before.
  func findings(since: Int64, journalEntries: Int64) async throws -> (lines: [String], last: Int64) {
    var lines: [String] = []
    func count(_ query: Query) async throws -> Int64 { try await connection.query(query).single()[0, as: Int64.self] }
    let places = try await count(
      "SELECT count(*) FROM (SELECT FROM seen GROUP BY topic, partition, \"offset\" HAVING count(*) > 1) AS t")
    if places > 0 { lines.append("\(places) records were applied twice") }
    let twice = try await count(
      """
      SELECT count(*) FROM (SELECT FROM handled WHERE op <> 'r' AND lsn IS NOT NULL GROUP BY topic, key, lsn, op HAVING count(*) > 1) AS t
      """)
    if twice > 0 { lines.append("\(twice) changes were handled twice") }
    let disordered = try await count(
      """
      SELECT count(*) FROM (
        SELECT lsn < lag(lsn) OVER (PARTITION BY topic, key ORDER BY number) AS back FROM handled
        WHERE key IS NOT NULL AND op <> 'r' AND number > \(since)) AS t
      WHERE back
      """)
    if disordered > 0 { lines.append("\(disordered) changes were handled after a later one of their key") }
    let entries = try await count(
      "SELECT count(*) FROM (SELECT DISTINCT client, entry FROM handled WHERE client > 0 AND entry IS NOT NULL) AS t")
    if entries != journalEntries { lines.append("\(entries) entries of the journal were handled, \(journalEntries) are there") }
    return (lines, try await count("SELECT coalesce(max(number), 0)::bigint FROM handled"))
  }
}
