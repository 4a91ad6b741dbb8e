/// A JSON value that keeps the order of an object's members. Used for connector files and stored offsets, never for rows.
package enum JSONDocument: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number's text as it stood.
  case number(String)
  case string(String)
  case array([JSONDocument])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSONDocument

    package init(name: String, value: JSONDocument) {
      self.name = name
      self.value = value
    }
  }

  /// Parses RFC 8259 text; nothing but white space may follow the value.
  package init(parsing text: some Sequence<UInt8>) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: Array(text))
    self = try parser.parseDocument()
  }

  /// Parses the value that the text begins with, whatever follows it; of members with the same name the last counts. As Jackson reads.
  init(parsingStartOf text: some Sequence<UInt8>) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: Array(text), allowsDuplicates: true)
    self = try parser.parseStart()
  }

  package subscript(name: String) -> JSONDocument? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  package var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  package var integer: Int64? {
    if case .number(let text) = self { return Int64(text) }
    return nil
  }

  package var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// What stands here, in a word, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// Compact text.
  package var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members): "{" + members.map { Self.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  package static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

/// Where JSON text stopped being JSON.
package struct JSONSyntaxError: Error, Hashable, Sendable {
  package var line: Int
  package var column: Int
  package var reason: String
}
