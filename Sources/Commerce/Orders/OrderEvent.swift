public import Commands
import FoundationEssentials

/// What can happen to an order. Stored names and forms are fixed: see ``AggregateEvent``.
public enum OrderEvent: AggregateEvent {
  /// A customer placed it.
  case placed(Placed)
  /// It was paid in full.
  case paid(Paid)
  /// It was handed to a carrier.
  case shipped(Shipped)
  /// It was called off.
  case cancelled(Cancelled)

  /// The payload of `OrderPlaced`.
  public struct Placed: Sendable, Hashable, Codable {
    /// Who placed it.
    public var customerId: String
    /// The currency of all amounts.
    public var currency: String
    /// What was ordered.
    public var lines: [OrderLine]
    /// The sum of all lines.
    public var total: Money
  }

  /// The payload of `OrderPaid`.
  public struct Paid: Sendable, Hashable, Codable {
    /// What was paid.
    public var amount: Money
    /// How, for example `card`.
    public var method: String
  }

  /// The payload of `OrderShipped`.
  public struct Shipped: Sendable, Hashable, Codable {
    /// Who carries it.
    public var carrier: String
    /// The carrier's number.
    public var trackingNumber: String
  }

  /// The payload of `OrderCancelled`.
  public struct Cancelled: Sendable, Hashable, Codable {
    /// Why.
    public var reason: String
    /// What the customer gets back; zero where nothing was paid.
    public var refund: Money
  }

  /// The stored name.
  public var type: String {
    switch self {
    case .placed: "OrderPlaced"
    case .paid: "OrderPaid"
    case .shipped: "OrderShipped"
    case .cancelled: "OrderCancelled"
    }
  }

  /// 1: no form was changed so far.
  public var schemaVersion: Int { 1 }

  /// The payload as JSON.
  public func payload() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return switch self {
    case .placed(let payload): Array(try encoder.encode(payload))
    case .paid(let payload): Array(try encoder.encode(payload))
    case .shipped(let payload): Array(try encoder.encode(payload))
    case .cancelled(let payload): Array(try encoder.encode(payload))
    }
  }

  /// Reads a stored event.
  public static func decode(type: String, schemaVersion: Int, payload: [UInt8]) throws -> OrderEvent {
    let decoder = JSONDecoder()
    let data = Data(payload)
    return try decode(type: type, schemaVersion: schemaVersion) { form in try decoder.decode(form, from: data) }
  }

  /// Picks the payload's form by name and version, and has it read by `read`: from a row of the store, or out of a message.
  static func decode(
    type: String, schemaVersion: Int, _ read: (any Decodable.Type) throws -> any Decodable
  ) throws -> OrderEvent {
    guard schemaVersion == 1 else {
      throw EventDecodingError(type: type, schemaVersion: schemaVersion, reason: "this program knows form 1")
    }
    let form: any Decodable.Type
    switch type {
    case "OrderPlaced": form = Placed.self
    case "OrderPaid": form = Paid.self
    case "OrderShipped": form = Shipped.self
    case "OrderCancelled": form = Cancelled.self
    default: throw EventDecodingError(type: type, schemaVersion: schemaVersion, reason: "no such event of an order")
    }
    switch try read(form) {
    case let payload as Placed: return .placed(payload)
    case let payload as Paid: return .paid(payload)
    case let payload as Shipped: return .shipped(payload)
    case let payload as Cancelled: return .cancelled(payload)
    default: throw EventDecodingError(type: type, schemaVersion: schemaVersion, reason: "its payload has another form")
    }
  }
}
