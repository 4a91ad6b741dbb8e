/// Whose offsets: the same topic name means different records in another cluster, and another group has applied other ones.
public struct OffsetScope: Hashable, Sendable {
  /// The ID that the Kafka cluster gives itself.
  public let clusterID: String

  /// The consumer group.
  public let group: String

  /// The offsets of `group` in the cluster `clusterID`.
  public init(clusterID: String, group: String) {
    self.clusterID = clusterID
    self.group = group
  }
}
