/// Counts a transaction's events, in all and by table (`provide.transaction.metadata`).
struct TransactionLedger: Sendable {
  /// The transaction's id.
  let id: UInt32
  private(set) var total: Int64 = 0
  private var counts: [String: Int64] = [:]
  /// In the order of their first event.
  private var names: [String] = []

  init(id: UInt32) { self.id = id }

  /// Counts an event.
  ///
  /// - Returns: its number among those of its table, from 1.
  mutating func event(of collection: String) -> Int64 {
    total += 1
    if let known = counts[collection] {
      counts[collection] = known + 1
      return known + 1
    }
    names.append(collection)
    counts[collection] = 1
    return 1
  }

  /// Events by table, in the order in which Java's `HashMap` gives them, which Debezium has.
  var collections: [(name: String, count: Int64)] {
    var buckets = 16
    while names.count * 4 > buckets * 3 { buckets *= 2 }
    return names.enumerated()
      .map { (bucket: Self.bucket($0.element, of: buckets), position: $0.offset, name: $0.element) }
      .sorted { ($0.bucket, $0.position) < ($1.bucket, $1.position) }
      .map { (name: $0.name, count: counts[$0.name] ?? 0) }
  }

  private static func bucket(_ name: String, of buckets: Int) -> Int {
    var hash: UInt32 = 0
    for unit in name.utf16 { hash = hash &* 31 &+ UInt32(unit) }
    return Int(hash ^ (hash >> 16)) & (buckets - 1)
  }
}
