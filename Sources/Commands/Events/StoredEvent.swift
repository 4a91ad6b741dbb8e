public import FoundationEssentials

/// An event as it stands in the store.
public struct StoredEvent: Sendable, Hashable {
  /// The place in the store: grows within an aggregate.
  public var position: Int64
  /// The aggregate's type.
  public var aggregateType: String
  /// The aggregate's identifier.
  public var aggregateID: String
  /// The aggregate's version after the event, from 1.
  public var version: Int64
  /// The event's own identifier; also the outbox row's and so the record's `id` header.
  public var eventID: UUID
  /// The stored name of its type.
  public var type: String
  /// The version of the payload's form.
  public var schemaVersion: Int
  /// The payload as jsonb's text.
  public var payload: String

  /// Creates one.
  public init(
    position: Int64, aggregateType: String, aggregateID: String, version: Int64, eventID: UUID, type: String, schemaVersion: Int,
    payload: String
  ) {
    self.position = position
    self.aggregateType = aggregateType
    self.aggregateID = aggregateID
    self.version = version
    self.eventID = eventID
    self.type = type
    self.schemaVersion = schemaVersion
    self.payload = payload
  }
}
