public import Postgres

/// The parked keys as operators see them: list, show, retry, edit, discard. Works from any process that reaches the read database, whether a syncer
/// runs or not.
///
/// What is asked for here and needs the handlers (an attempt) is done by the member of the group that owns the partition, which looks every
/// ``ParkingSettings/pollInterval``; what only drops records is done at once. Each change takes the key's row first, as the syncer's own transactions do: a
/// record that arrives meanwhile is either in the queue and dropped with it, or applied after it. Everything is written down with who and why in
/// the transaction that does it.
///
/// If you are debugging how a key gets in and out of here, read `ParkedQueueStore` (the syncer's statements) and `ParkingResolver`.
public struct ParkingStore: Sendable {
  let pool: Pool

  /// The most records or keys of one page, whatever is asked for.
  public static let maxPage = 1000

  /// - Parameter pool: of the read database.
  public init(pool: Pool) {
    self.pool = pool
  }

  /// Makes the tables where they are not there yet. The syncer does that at its start; whoever only looks need not, see ``exists()``.
  public func prepare() async throws {
    try await pool.withConnection { try await ParkingMigrations.migrations.migrate($0) }
  }

  /// Whether the tables are there: without them nothing was ever parked in this database.
  public func exists() async throws -> Bool {
    try await pool.query("SELECT to_regclass('sluice_parking_audit') IS NOT NULL").single()[0]
  }

  // MARK: Looking

  /// The parked keys that a filter means, in the order of their numbers, one page of them. The next page begins after the last key's
  /// ``ParkedKey/id``.
  public func keys(_ filter: ParkedKeyFilter = ParkedKeyFilter()) async throws -> [ParkedKey] {
    let limit = Int64(min(max(filter.limit, 0), Self.maxPage))
    let query: Query = "\(Self.columns) WHERE \(Self.condition(filter)) ORDER BY id LIMIT \(limit)"
    return try await pool.query(query).map(Self.key(of:))
  }

  /// The parked key of this number; nil where none is: it was resolved or discarded.
  public func key(_ id: Int64) async throws -> ParkedKey? {
    try await pool.query("\(Self.columns) WHERE id = \(id)").first.map(Self.key(of:))
  }

  /// The records in the queue of a key, in the order in which they will be applied, from behind the offset `after`, at most ``maxPage``.
  public func records(of id: Int64, after: Int64? = nil, limit: Int = 100) async throws -> [ParkedRecord] {
    try await pool.query(Self.records(of: id, after: after, limit: limit)).map(Self.record(of:))
  }

  /// Hands out all records of all keys that a filter means, key by key, in pages: for an export. The filter's limit and cursor are those of a
  /// page, not of the whole. What is resolved meanwhile is left out.
  public func export(
    _ filter: ParkedKeyFilter = ParkedKeyFilter(), isolation: isolated (any Actor)? = #isolation,
    _ body: (ParkedKey, ParkedRecord) async throws -> Void
  ) async throws {
    var filter = filter
    filter.limit = max(filter.limit, 1)
    while true {
      let page = try await keys(filter)
      for key in page {
        var last: Int64?
        while true {
          let records = try await records(of: key.id, after: last)
          for record in records { try await body(key, record) }
          guard let end = records.last else { break }
          last = end.record.offset
        }
      }
      guard let last = page.last else { return }
      filter.after = last.id
    }
  }

  /// How much is parked of what a filter means; its limit and cursor do not count.
  public func totals(_ filter: ParkedKeyFilter = ParkedKeyFilter()) async throws -> ParkingTotals {
    try await pool.withConnection { try await Self.totals(filter, $0) }
  }

  /// How many keys of what a filter means are parked for which kind of error, most frequent first.
  public func errors(_ filter: ParkedKeyFilter = ParkedKeyFilter()) async throws -> [(name: String, handler: String?, keys: Int64)] {
    var filter = filter
    filter.after = nil
    let rows = try await pool.query(
      """
      SELECT error_name, handler, count(*) AS keys FROM sluice_parked_keys WHERE \(Self.condition(filter))
      GROUP BY error_name, handler ORDER BY count(*) DESC, error_name, handler LIMIT \(Int64(Self.maxPage))
      """)
    return try rows.map { (try $0["error_name"], try $0["handler"], try $0["keys"]) }
  }

  /// What was done, newest first, at most ``maxPage``; the next page is that before the last one's ``ParkingAuditEntry/id``.
  public func audit(
    topic: String? = nil, partition: Int32? = nil, key: [UInt8]? = nil, before: Int64? = nil, limit: Int = 100
  ) async throws -> [ParkingAuditEntry] {
    var query: Query = """
      SELECT id, (extract(epoch FROM at) * 1000)::bigint AS at, action, actor, reason, cluster_id, consumer_group, topic, partition::bigint AS partition,
        key, first_offset, last_offset, records, bytes
      FROM sluice_parking_audit WHERE true
      """
    if let topic { query = query + "AND topic = \(topic)" }
    if let partition { query = query + "AND partition = \(Int64(partition))" }
    if let key { query = query + "AND key = \(key)" }
    if let before { query = query + "AND id < \(before)" }
    query = query + "ORDER BY id DESC LIMIT \(Int64(min(max(limit, 0), Self.maxPage)))"
    return try await pool.query(query).map(Self.entry(of:))
  }
}
