/// Where a group of the classic protocol stands (Kafka's ClassicGroupState).
enum ClassicGroupState: String, CaseIterable, Sendable {
  /// No members. Offsets may still be kept, and committed by whoever claims no membership.
  case empty = "Empty"
  /// Members are gathering: each is to join again before the rebalance timeout.
  case preparingRebalance = "PreparingRebalance"
  /// Every member has its generation, and waits for the leader's assignment.
  case completingRebalance = "CompletingRebalance"
  /// Every member has its assignment.
  case stable = "Stable"
  /// Removed, or never there.
  case dead = "Dead"

  /// Whether a rebalance can begin here.
  var canPrepareRebalance: Bool { self == .stable || self == .completingRebalance || self == .empty }
}
