internal import ChangeEvents

/// An event as a handler gets it: read from its record, and brought to the version that the handler takes.
public struct IncomingEvent: Sendable {
  /// By which repeats are told: the outbox router's header `id`, the same each time the event is sent. nil where the record names none.
  public var id: String?
  /// Its type and version; what upcasters have made of it.
  public var kind: EventKind
  /// Its data: JSON in UTF-8; what upcasters have made of it. Decode it with the decoder of your choice.
  public var data: [UInt8]
  /// The record that carries it, with the key (the aggregate's ID), headers, topic, partition, offset and time.
  public let record: ChangeRecord

  /// An event of `record`.
  public init(id: String?, kind: EventKind, data: [UInt8], record: ChangeRecord) {
    self.id = id
    self.kind = kind
    self.data = data
    self.record = record
  }

  /// The record's key as text: the aggregate's ID as the outbox router writes it; nil where there is none or it is not UTF-8.
  ///
  /// A key that is a JSON string, as Kafka Connect's JsonConverter writes it, is given without its quotes.
  public var aggregateID: String? {
    guard let key = record.key else { return nil }
    return String(validating: JSONMembers.string(key) ?? key, as: UTF8.self)
  }
}
