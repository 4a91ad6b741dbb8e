/// The settings of groups and committed offsets. The names in brackets are Kafka's keys; the defaults are Kafka's, unless said otherwise.
struct GroupConfiguration: Equatable, Sendable {
  /// How long the first rebalance of an empty group waits for more members, in milliseconds (group.initial.rebalance.delay.ms).
  var initialRebalanceDelay: Int32 = 3000
  /// The shortest session timeout that a member may ask for, in milliseconds (group.min.session.timeout.ms).
  var minimumSessionTimeout: Int32 = 6000
  /// The longest session timeout that a member may ask for, in milliseconds (group.max.session.timeout.ms).
  var maximumSessionTimeout: Int32 = 1_800_000
  /// The most members that a group may have (group.max.size).
  var maximumSize: Int = Int(Int32.max)
  /// How long a new member may wait in its first join, in milliseconds: it cannot send heartbeats yet, so that nothing else would end
  /// the wait of a client that is gone.
  var newMemberJoinTimeout: Int32 = 300_000
  /// How long offsets are kept once their group is empty, or, without a group, after the commit, in milliseconds
  /// (offsets.retention.minutes).
  var offsetsRetention: Int64 = 7 * 24 * 3_600_000
  /// How often expired offsets are looked for, in milliseconds (offsets.retention.check.interval.ms).
  var offsetsRetentionCheckInterval: Int64 = 600_000
  /// The longest metadata beside an offset, in UTF-16 units, which is how Kafka counts (offset.metadata.max.bytes).
  var maximumOffsetMetadata: Int = 4096

  /// The most groups (a bound of this broker).
  var maximumGroups: Int = 10_000
  /// The most member IDs of one group that were handed out and have not joined yet (a bound of this broker).
  var maximumPendingMembers: Int = 1000
  /// The most protocols that a member may support (a bound of this broker).
  var maximumProtocols: Int = 100
  /// The most bytes of metadata that one member may bring, and of assignments that a leader may send: a group's record holds one of the
  /// protocols of each member and all of the assignments, and has to fit a batch (a bound of this broker).
  var maximumMemberBytes: Int = 1 << 20
}
