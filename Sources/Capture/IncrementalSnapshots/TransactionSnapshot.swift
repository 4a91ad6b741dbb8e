/// Which transactions a query of the source saw: `pg_current_snapshot()`, as 32 bit ids that the stream knows transactions by. Pure.
struct TransactionSnapshot: Hashable, Sendable {
  /// The first id that was not given out yet.
  var xmax: UInt32
  var inProgress: Set<UInt32>

  init(xmax: UInt32, inProgress: Set<UInt32> = []) {
    self.xmax = xmax
    self.inProgress = inProgress
  }

  /// - Parameter text: `xmin:xmax:xip,xip`; the ids are 64 bit ones, whose lower half is the id.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, UInt64(parts[0]) != nil, let xmax = UInt64(parts[1]) else { return nil }
    var inProgress: Set<UInt32> = []
    for part in parts[2].split(separator: ",") {
      guard let id = UInt64(part) else { return nil }
      inProgress.insert(UInt32(truncatingIfNeeded: id))
    }
    self.init(xmax: UInt32(truncatingIfNeeded: xmax), inProgress: inProgress)
  }

  /// Whether the query saw what this transaction did, which is known to have committed in the end. Ids go round: half of them are older.
  func sees(_ id: UInt32) -> Bool { Int32(bitPattern: id &- xmax) < 0 && !inProgress.contains(id) }
}
