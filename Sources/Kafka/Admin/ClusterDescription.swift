/// A cluster as its brokers describe it.
public struct ClusterDescription: Hashable, Sendable {
  /// A broker.
  public struct Broker: Hashable, Sendable {
    /// Its number.
    public var id: Int32
    /// The host that clients are told to connect to.
    public var host: String
    /// The port that clients are told to connect to.
    public var port: Int
  }

  /// The ID that the cluster keeps for life; nil if the brokers have none.
  public var id: String?
  /// The broker that is controller now; nil if none is known.
  public var controller: Int32?
  /// All brokers, by number.
  public var brokers: [Broker]
}
