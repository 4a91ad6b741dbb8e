/// What the group coordinator has to show: gauges as of now, and counters since the broker started.
struct GroupFigures: Equatable, Sendable {
  var groupsByState: [ClassicGroupState: Int] = [:]
  var members = 0
  /// Offsets that are kept.
  var committedOffsets = 0

  /// Rebalances that ended with an assignment.
  var rebalancesCompleted = 0
  /// Offsets that were committed, in transactions or not.
  var offsetCommits = 0
  /// Offsets that were kept for their retention and are gone.
  var offsetExpirations = 0
  /// Offsets that were deleted: on request, or with their group or topic.
  var offsetDeletions = 0
  /// Members whose session ended without a word.
  var sessionExpirations = 0
}
