import Commands
public import FoundationEssentials
public import Postgres

/// One event of an order as it travels: the outbox's payload (see `sluice.event_message` in ``CommandMigrations``).
public struct OrderMessage: Sendable, Hashable, Decodable {
  /// The event's identifier, the same each time it is sent.
  public var eventID: UUID
  /// The order.
  public var orderID: String
  /// The order's version after the event, from 1.
  public var version: Int64
  /// When it was stored: `2026-01-31T12:00:00.000000Z`.
  public var occurredAt: String
  /// The write side's WAL position from before the event.
  public var position: LSN
  /// What happened.
  public var event: OrderEvent

  private enum Field: String, CodingKey {
    case eventID = "eventId"
    case type, schemaVersion
    case orderID = "aggregateId"
    case version, occurredAt, position, data
  }

  private struct Wrapper: Decodable {
    let text: String?
    let message: OrderMessage?

    enum Field: CodingKey { case payload }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Field.self)
      text = try? container.decode(String.self, forKey: .payload)
      message = text == nil ? try container.decode(OrderMessage.self, forKey: .payload) : nil
    }
  }

  /// Decodes the message's own object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Field.self)
    eventID = try container.decode(UUID.self, forKey: .eventID)
    orderID = try container.decode(String.self, forKey: .orderID)
    version = try container.decode(Int64.self, forKey: .version)
    occurredAt = try container.decode(String.self, forKey: .occurredAt)
    position = try container.decodeIfPresent(String.self, forKey: .position).flatMap(LSN.init) ?? .zero
    let type = try container.decode(String.self, forKey: .type)
    let schemaVersion = try container.decode(Int.self, forKey: .schemaVersion)
    guard version > 0 else {
      throw DecodingError.dataCorruptedError(forKey: .version, in: container, debugDescription: "versions begin with 1")
    }
    event = try OrderEvent.decode(type: type, schemaVersion: schemaVersion) { form in
      // The payload's type is known only now.
      try container.decode(form, forKey: .data)
    }
  }

  /// Reads a record's value in any of the forms that Kafka Connect's converters give it: the object itself, the object as a JSON string
  /// (the router's default without `table.expand.json.payload`), and either of them within `{"schema", "payload"}`.
  ///
  /// - Throws: ``EventDecodingError`` or the decoder's error.
  public init(parsing value: [UInt8]) throws {
    let decoder = JSONDecoder()
    switch value.first(where: { $0 > 0x20 }) {
    case UInt8(ascii: "\""):
      self = try decoder.decode(OrderMessage.self, from: Data(try decoder.decode(String.self, from: Data(value)).utf8))
    default:
      do {
        self = try decoder.decode(OrderMessage.self, from: Data(value))
      } catch let direct {
        guard let wrapper = try? decoder.decode(Wrapper.self, from: Data(value)) else { throw direct }
        if let message = wrapper.message {
          self = message
        } else {
          self = try decoder.decode(OrderMessage.self, from: Data((wrapper.text ?? "").utf8))
        }
      }
    }
  }
}
