/// A topic to be made.
public struct NewTopic: Hashable, Sendable {
  /// The name.
  public var name: String
  /// How many partitions; nil is the broker's default.
  public var partitions: Int?
  /// How many replicas; nil is the broker's default.
  public var replicationFactor: Int?
  /// The brokers of each partition, the preferred leader first; instead of `replicationFactor`.
  public var replicas: [[Int32]]
  /// The topic's configuration, such as `cleanup.policy`.
  public var configuration: [String: String]

  /// Describes a topic to be made.
  public init(
    _ name: String, partitions: Int? = nil, replicationFactor: Int? = nil, replicas: [[Int32]] = [], configuration: [String: String] = [:]
  ) {
    self.name = name
    self.partitions = partitions
    self.replicationFactor = replicationFactor
    self.replicas = replicas
    self.configuration = configuration
  }
}
