/// A strict, bounded JSON parser (RFC 8259): depth at most 64, no duplicate member names unless they are allowed.
struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0
  private static let depthLimit = 64

  private let allowsDuplicates: Bool

  init(bytes: [UInt8], allowsDuplicates: Bool = false) {
    self.bytes = bytes
    self.allowsDuplicates = allowsDuplicates
  }

  mutating func parseStart() throws(JSONSyntaxError) -> JSONDocument { try parseValue(depth: 0) }

  mutating func parseDocument() throws(JSONSyntaxError) -> JSONDocument {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("text after the value") }
    return value
  }

  private func error(_ reason: String) -> JSONSyntaxError {
    var line = 1
    var column = 1
    for byte in bytes.prefix(position) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return JSONSyntaxError(line: line, column: column, reason: reason)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func expect(_ text: StaticString, _ value: JSONDocument) throws(JSONSyntaxError) -> JSONDocument {
    for i in 0..<text.utf8CodeUnitCount {
      guard peek() == text.utf8Start[i] else { throw error("expected \(text)") }
      position += 1
    }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSONDocument {
    guard depth <= Self.depthLimit else { throw error("nested deeper than \(Self.depthLimit)") }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try expect("true", .bool(true))
    case UInt8(ascii: "f"): return try expect("false", .bool(false))
    case UInt8(ascii: "n"): return try expect("null", .null)
    case .some(let byte) where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): return .number(try parseNumber())
    case .some: throw error("expected a value")
    case nil: throw error("unexpected end")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONDocument {
    position += 1
    var members: [JSONDocument.Member] = []
    var names: Set<String> = []
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error("expected a member's name in quotes") }
      let name = try parseString()
      let isNew = names.insert(name).inserted
      guard isNew || allowsDuplicates else { throw error("\(JSONDocument.quoted(name)) stands twice") }
      skipSpace()
      guard peek() == UInt8(ascii: ":") else { throw error("expected ':'") }
      position += 1
      let value = try parseValue(depth: depth + 1)
      if isNew {
        members.append(.init(name: name, value: value))
      } else if let i = members.firstIndex(where: { $0.name == name }) {
        members[i].value = value
      }
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        return .object(members)
      default: throw error("expected ',' or '}'")
      }
    }
  }

  private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> JSONDocument {
    position += 1
    var elements: [JSONDocument] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try parseValue(depth: depth + 1))
      skipSpace()
      switch peek() {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return .array(elements)
      default: throw error("expected ',' or ']'")
      }
    }
  }

  private mutating func parseNumber() throws(JSONSyntaxError) -> String {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    if peek() == UInt8(ascii: "-") { position += 1 }
    guard isDigit(peek()) else { throw error("expected a digit") }
    if peek() == UInt8(ascii: "0") { position += 1 } else { while isDigit(peek()) { position += 1 } }
    if peek() == UInt8(ascii: ".") {
      position += 1
      guard isDigit(peek()) else { throw error("expected a digit") }
      while isDigit(peek()) { position += 1 }
    }
    if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      guard isDigit(peek()) else { throw error("expected a digit") }
      while isDigit(peek()) { position += 1 }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func parseString() throws(JSONSyntaxError) -> String {
    position += 1
    var out: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: out, as: UTF8.self) else { throw error("not UTF-8") }
        return text
      case UInt8(ascii: "\\"): try parseEscape(into: &out)
      case 0..<0x20: throw error("a control character in a string")
      default: out.append(byte)
      }
    }
    throw error("a string without its closing quote")
  }

  private mutating func parseEscape(into out: inout [UInt8]) throws(JSONSyntaxError) {
    guard let byte = peek() else { throw error("unexpected end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      var code = try parseHex()
      if (0xD800..<0xDC00).contains(code) {
        guard peek() == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
          throw error("half of a surrogate pair")
        }
        position += 2
        let low = try parseHex()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw error("an unknown escape")
    }
  }

  private mutating func parseHex() throws(JSONSyntaxError) -> UInt32 {
    guard position + 4 <= bytes.count, let text = String(validating: bytes[position..<position + 4], as: UTF8.self),
      let code = UInt32(text, radix: 16), !text.hasPrefix("+"), !text.hasPrefix("-")
    else { throw error("expected four hexadecimal digits") }
    position += 4
    return code
  }
}
