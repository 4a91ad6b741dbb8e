/// The members of a small JSON object, for messages that are no envelopes: an event's name and version stand there.
///
/// Nested objects and arrays are kept as text. Nothing is converted that was not asked for.
public struct JSONMembers: Sendable {
  private let members: [(name: [UInt8], value: FieldValue)]

  /// Reads an object.
  ///
  /// - Returns: nil if `text` is no JSON object.
  public init?(_ text: [UInt8]) {
    var members: [(name: [UInt8], value: FieldValue)] = []
    let isObject = text.withUnsafeBytes { bytes in
      JSONCursor.forEachMember(bytes) { (name, value) throws(Never) in members.append((name, value.owned)) }
    }
    guard isObject else { return nil }
    self.members = members
  }

  /// How many there are.
  public var count: Int { members.count }

  /// The last member of this name, as JSON parsers that build dictionaries have it.
  public subscript(name: String) -> FieldValue? {
    members.last { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// The content of a text that is one JSON string; nil if it is anything else.
  public static func string(_ text: [UInt8]) -> [UInt8]? {
    text.withUnsafeBytes(JSONCursor.string)
  }
}
