/// The state of a consumer group.
public enum GroupState: String, Hashable, Sendable {
  /// The coordinator named one that is not known here.
  case unknown = "Unknown"
  /// Members are joining.
  case preparingRebalance = "PreparingRebalance"
  /// Members wait for their partitions.
  case completingRebalance = "CompletingRebalance"
  /// Everybody has partitions.
  case stable = "Stable"
  /// There is no such group.
  case dead = "Dead"
  /// The group has offsets and no members.
  case empty = "Empty"
}

/// A consumer group in a list.
public struct GroupListing: Hashable, Sendable {
  /// The group's ID.
  public var id: String
  /// Its state.
  public var state: GroupState
  /// Whether it only stores offsets, without members dividing partitions.
  public var isSimple: Bool
}

/// A consumer group with its members.
public struct GroupDescription: Hashable, Sendable {
  /// A member.
  public struct Member: Hashable, Sendable {
    /// The ID that the coordinator gave it.
    public var id: String
    /// Its client ID.
    public var clientID: String
    /// Where it connects from.
    public var host: String
    /// Its name, if it is a static member.
    public var instanceID: String?
    /// The partitions that it owns.
    public var partitions: [TopicPartition]
  }

  /// The group's ID.
  public var id: String
  /// Its state.
  public var state: GroupState
  /// Whether it only stores offsets.
  public var isSimple: Bool
  /// How it divides partitions; empty if it has no members.
  public var assignor: String
  /// The broker that looks after it.
  public var coordinator: Int32?
  /// Its members.
  public var members: [Member]
  /// Why it cannot be described.
  public var error: KafkaError?
}
