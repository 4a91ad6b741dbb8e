internal import ChangeEvents

/// Where a record says which event it carries. Headers come first; what they lack is looked for among the members of the value.
public struct EventFormat: Hashable, Sendable {
  /// The header with the event's ID; default `id`, which Debezium's outbox router writes.
  public var idHeader = "id"
  /// The header with the event's type; default `eventType`.
  public var typeHeader = "eventType"
  /// The header with the version of its form; default `schemaVersion`.
  public var versionHeader = "schemaVersion"
  /// The member with the event's ID; nil looks at the header alone.
  public var idMember: String?
  /// The member with the event's type; nil looks at the header alone.
  public var typeMember: String?
  /// The member with the version of its form; nil looks at the header alone.
  public var versionMember: String?
  /// The member that holds the event's data; nil is the whole value.
  public var dataMember: String?

  /// The value is the event's data, and headers say what it is: an outbox table whose `type` is placed in the header `eventType`.
  public static let headers = EventFormat()

  /// The messages of Sluice's own outbox: `{"eventId", "type", "schemaVersion", …, "data"}`.
  public static let sluice = {
    var format = EventFormat()
    format.idMember = "eventId"
    format.typeMember = "type"
    format.versionMember = "schemaVersion"
    format.dataMember = "data"
    return format
  }()

  /// The format ``headers``.
  public init() {}

  /// Reads an event. The value may be an object, a JSON string that holds one (the outbox router's form without
  /// `table.expand.json.payload`), or either of them within `{"schema", "payload"}`. Without a version the event has version 1.
  ///
  /// - Throws: ``MalformedValue`` where the record says no type, or its version is no positive number.
  public func event(of record: ChangeRecord) throws(MalformedValue) -> IncomingEvent {
    guard let value = record.value else { throw MalformedValue(reason: "an event was expected, found no value") }
    let data = Self.unwrapped(value)
    let members = JSONMembers(data)
    func text(_ header: String, _ member: String?) -> String? {
      if let text = record.header(header), !text.isEmpty { return text }
      return switch member.flatMap({ members?[$0] }) {
      case .string(let text)? where !text.isEmpty: text
      case .integer(let number)?: String(number)
      default: nil
      }
    }
    guard let type = text(typeHeader, typeMember) else {
      let places = "header \(typeHeader)" + (typeMember.map { " or member \($0)" } ?? "")
      throw MalformedValue(reason: "an event's type was expected in \(places), found none")
    }
    var version = 1
    if let text = text(versionHeader, versionMember) {
      guard let number = Int(text), number > 0 else {
        throw MalformedValue(reason: "the version of an event's form is a number from 1, found something else")
      }
      version = number
    }
    var content = data
    if let dataMember, let found = members?[dataMember] { content = Self.json(found) }
    return IncomingEvent(id: text(idHeader, idMember), kind: EventKind(type, version: version), data: content, record: record)
  }

  /// Without the wrapper and the quotes that converters put around a payload.
  private static func unwrapped(_ value: [UInt8]) -> [UInt8] {
    if let content = JSONMembers.string(value) { return content }
    guard let members = JSONMembers(value), members.count == 2, members["schema"] != nil, let payload = members["payload"] else {
      return value
    }
    return switch payload {
    case .string(let text): Array(text.utf8)
    default: json(payload)
    }
  }

  private static func json(_ value: FieldValue) -> [UInt8] {
    switch value {
    case .null: return Array("null".utf8)
    case .bool(let value): return Array((value ? "true" : "false").utf8)
    case .integer(let value): return Array(String(value).utf8)
    case .number(let text), .json(let text): return Array(text.utf8)
    case .string(let text):
      var writer = JSONWriter()
      writer.string(text)
      return writer.copyBytes()
    }
  }
}
