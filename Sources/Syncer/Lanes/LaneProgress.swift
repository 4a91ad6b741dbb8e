/// How far each lane of a partition has come, beyond the partition's own offset. Pure.
///
/// The partition's offset moves over what all lanes have applied. What one lane has applied beyond it is remembered here, so that nothing is
/// applied twice when another process goes on.
public struct LaneProgress: Hashable, Sendable {
  /// The next offset of each lane: the lane's keys are applied before it. The number of lanes is the number of entries.
  public var next: [Int64]

  /// Lanes that have come this far.
  public init(next: [Int64]) {
    self.next = next
  }

  /// How many lanes there are.
  public var count: Int { next.count }

  /// Whether all lanes are at `offset` or before it: the partition's offset says everything.
  public func isCovered(by offset: Int64) -> Bool { next.allSatisfy { $0 <= offset } }

  /// Whether a record was applied by its lane. One without a key belongs to none.
  func hasApplied(key: [UInt8]?, offset: Int64) -> Bool {
    guard let key, !next.isEmpty else { return false }
    let lane = Lane.index(of: key, count: count)
    return next.indices.contains(lane) && offset < next[lane]
  }
}
