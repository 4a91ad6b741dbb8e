public import FoundationEssentials

/// A message for Debezium's EventRouter: one row of the outbox.
public struct OutboxMessage: Sendable, Hashable {
  /// The message's identifier: the record's `id` header, by which consumers tell repeats.
  public var id: UUID
  /// Names the topic: `outbox.event.<aggregateType>`.
  public var aggregateType: String
  /// The record's key, hence its partition.
  public var aggregateID: String
  /// What happened.
  public var type: String
  /// A JSON value in UTF-8; nil makes a record without a value.
  public var payload: [UInt8]?
  /// The aggregate's version.
  public var version: Int64

  /// Creates a message.
  public init(
    id: UUID = UUID(), aggregateType: String, aggregateID: String, type: String, payload: [UInt8]?, version: Int64
  ) {
    self.id = id
    self.aggregateType = aggregateType
    self.aggregateID = aggregateID
    self.type = type
    self.payload = payload
    self.version = version
  }
}
