/// Goes through the text of a JSON array or object, value by value; for the few small ones that rows contain.
///
/// Never reads beyond the text; on anything that is not JSON it stops and says so.
struct JSONCursor {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var scratch: [UInt8] = []

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Calls `body` for each element.
  /// - Returns: false if the text is not an array.
  static func forEachElement<E: Error>(
    _ text: UnsafeRawBufferPointer, _ body: (FieldView) throws(E) -> Void
  ) throws(E) -> Bool {
    var cursor = JSONCursor(text)
    guard cursor.take(UInt8(ascii: "[")) else { return false }
    if cursor.take(UInt8(ascii: "]")) { return cursor.atEnd }
    while true {
      guard try cursor.withValue(body) else { return false }
      if cursor.take(UInt8(ascii: "]")) { return cursor.atEnd }
      guard cursor.take(UInt8(ascii: ",")) else { return false }
    }
  }

  /// Calls `body` for each member.
  /// - Returns: false if the text is not an object.
  static func forEachMember<E: Error>(
    _ text: UnsafeRawBufferPointer, _ body: ([UInt8], FieldView) throws(E) -> Void
  ) throws(E) -> Bool {
    var cursor = JSONCursor(text)
    guard cursor.take(UInt8(ascii: "{")) else { return false }
    if cursor.take(UInt8(ascii: "}")) { return cursor.atEnd }
    while true {
      var name: [UInt8]?
      guard cursor.withValue({ if $0.kind == .string { name = Array($0.bytes) } }), let name, cursor.take(UInt8(ascii: ":")) else {
        return false
      }
      guard try cursor.withValue({ (value) throws(E) in try body(name, value) }) else { return false }
      if cursor.take(UInt8(ascii: "}")) { return cursor.atEnd }
      guard cursor.take(UInt8(ascii: ",")) else { return false }
    }
  }

  /// The content of a text that is one JSON string.
  static func string(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var cursor = JSONCursor(text)
    var content: [UInt8]?
    return cursor.withValue({ if $0.kind == .string { content = Array($0.bytes) } }) && cursor.atEnd ? content : nil
  }

  private var atEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func withValue<E: Error>(_ body: (FieldView) throws(E) -> Void) throws(E) -> Bool {
    skipSpace()
    guard position < bytes.count else { return false }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "\""):
      guard let escaped = skipString() else { return false }
      let content = UnsafeRawBufferPointer(rebasing: bytes[(start + 1)..<(position - 1)])
      if !escaped {
        try body(FieldView(kind: .string, bytes: content))
        return true
      }
      guard unescape(content) else { return false }
      let copy = scratch
      try copy.withUnsafeBufferPointer { (buffer) throws(E) in
        try body(FieldView(kind: .string, bytes: UnsafeRawBufferPointer(buffer)))
      }
      return true
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      var depth = 0
      repeat {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "\""):
          guard skipString() != nil else { return false }
          continue
        default: break
        }
        position += 1
      } while depth > 0
      try body(FieldView(kind: .json, bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<position])))
      return true
    default:
      while position < bytes.count, !isDelimiter(bytes[position]) { position += 1 }
      guard let view = Self.scalar(UnsafeRawBufferPointer(rebasing: bytes[start..<position])) else { return false }
      try body(view)
      return true
    }
  }

  private func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x2C, 0x5D, 0x7D, 0x3A, 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  private static func scalar(_ token: UnsafeRawBufferPointer) -> FieldView? {
    if token.equals("null") { return FieldView(kind: .null, bytes: token) }
    if token.equals("true") { return FieldView(kind: .true, bytes: token) }
    if token.equals("false") { return FieldView(kind: .false, bytes: token) }
    guard FloatText(token) != nil else { return nil }
    let isInteger = token.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
    if isInteger, let value = Int64(String(decoding: token, as: UTF8.self)) {
      return FieldView(kind: .integer, integer: value, bytes: token)
    }
    return FieldView(kind: .number, bytes: token)
  }

  /// Goes behind a string's closing quote; tells whether there was a backslash in it.
  private mutating func skipString() -> Bool? {
    position += 1
    var escaped = false
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return escaped
      case UInt8(ascii: "\\"):
        escaped = true
        position += 2
      default: position += 1
      }
    }
    return nil
  }

  private mutating func unescape(_ content: UnsafeRawBufferPointer) -> Bool {
    scratch.removeAll(keepingCapacity: true)
    var i = 0
    while i < content.count {
      guard content[i] == UInt8(ascii: "\\") else {
        scratch.append(content[i])
        i += 1
        continue
      }
      guard i + 1 < content.count else { return false }
      i += 2
      switch content[i - 1] {
      case UInt8(ascii: "n"): scratch.append(0x0A)
      case UInt8(ascii: "t"): scratch.append(0x09)
      case UInt8(ascii: "r"): scratch.append(0x0D)
      case UInt8(ascii: "b"): scratch.append(0x08)
      case UInt8(ascii: "f"): scratch.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(content[i - 1])
      case UInt8(ascii: "u"):
        guard var code = Self.unit(content, i) else { return false }
        i += 4
        if code & 0xFC00 == 0xD800 {
          guard i + 1 < content.count, content[i] == UInt8(ascii: "\\"), content[i + 1] == UInt8(ascii: "u"),
            let low = Self.unit(content, i + 2), low & 0xFC00 == 0xDC00
          else { return false }
          code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
          i += 6
        }
        guard let scalar = Unicode.Scalar(code) else { return false }
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      default: return false
      }
    }
    return true
  }

  private static func unit(_ content: UnsafeRawBufferPointer, _ at: Int) -> UInt32? {
    guard at + 4 <= content.count else { return nil }
    var value: UInt32 = 0
    for i in at..<(at + 4) {
      guard let digit = Hex.value(content[i]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
