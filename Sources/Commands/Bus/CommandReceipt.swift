public import FoundationEssentials

/// The answer to a command that was carried out: what it wrote and where to look for it.
public struct CommandReceipt: Sendable, Hashable, Codable {
  /// The command's own identifier, for ``CommandBus/status(of:)``. A replayed answer carries the first command's.
  public var commandID: UUID
  /// The aggregate's type, for example `order`.
  public var aggregateType: String
  /// The aggregate's identifier; also the key of its records in Kafka.
  public var aggregateID: String
  /// The aggregate's version after the command, from 1.
  public var version: Int64
  /// PostgreSQL's WAL position (`16/B374D848`), taken under the aggregate's lock before the command's first write: the changes of all earlier
  /// commands on this aggregate lie before it, this command's own at or behind it.
  public var position: String
  /// Whether this is an earlier command's answer, given again for its idempotency key.
  public var replayed: Bool

  /// Creates a receipt.
  public init(commandID: UUID, aggregateType: String, aggregateID: String, version: Int64, position: String, replayed: Bool) {
    self.commandID = commandID
    self.aggregateType = aggregateType
    self.aggregateID = aggregateID
    self.version = version
    self.position = position
    self.replayed = replayed
  }
}
