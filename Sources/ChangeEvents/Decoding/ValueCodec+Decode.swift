extension ValueCodec {
  /// Appends the PostgreSQL text of a value that is not null. What a failing call appended is for the caller to cut off.
  func decode(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    switch self {
    case .text, .uuid:
      guard view.kind == .string else { throw .malformed("text", "a string") }
      text.append(contentsOf: view.bytes)
    case .integer:
      guard view.kind == .integer else { throw .malformed("integer", "an integer") }
      PostgresText.append(view.integer, to: &text)
    case .bool, .bit:
      let isBit = self == .bit
      switch view.kind {
      case .true: text.append(UInt8(ascii: isBit ? "1" : "t"))
      case .false: text.append(UInt8(ascii: isBit ? "0" : "f"))
      default: throw .malformed("boolean", "true or false")
      }
    case .float4: try Self.float(view, plainBelow: 6, to: &text)
    case .float8: try Self.float(view, plainBelow: 15, to: &text)
    case .decimal, .variableDecimal, .decimalText, .decimalDouble, .money: try decodeDecimal(view, to: &text)
    case .bits(let length): try Self.bits(view, length: length, to: &text)
    case .bytes(let mode):
      let bytes = try Self.binary(view, mode)
      text.append(UInt8(ascii: "\\"))
      text.append(UInt8(ascii: "x"))
      for byte in bytes {
        text.append(Hex.lower(byte >> 4))
        text.append(Hex.lower(byte & 0xF))
      }
    case .opaque(let mode): text.append(contentsOf: try Self.binary(view, mode))
    case .structured(let kind): try kind.decode(view, to: &text)
    case .date, .time, .timetz, .timestamp, .timestamptz, .interval: try decodeTemporal(view, to: &text)
    case .hstore(let map): try Self.hstore(view, map: map, to: &text)
    case .point: try Self.point(view, to: &text)
    case .geometry: try Self.geometry(view, to: &text)
    case .vector: try Self.vector(view, to: &text)
    case .sparseVector: try Self.sparseVector(view, to: &text)
    case .array(let element, _): try Self.array(view, of: element, to: &text)
    }
  }

  private static func float(_ view: FieldView, plainBelow limit: Int, to text: inout [UInt8]) throws(ColumnDecodingError) {
    switch view.kind {
    case .integer, .number:
      guard let number = FloatText(view.bytes) else { throw .malformed("floating point number", "a number") }
      PostgresText.append(number, plainBelow: limit, to: &text)
    case .string where view.bytes.equals("NaN") || view.bytes.equals("Infinity") || view.bytes.equals("-Infinity"):
      text.append(contentsOf: view.bytes)
    default: throw .malformed("floating point number", "a number, NaN or Infinity")
    }
  }

  /// The bytes of a string in the form of `binary.handling.mode`.
  static func binary(_ view: FieldView, _ mode: EncodingOptions.BinaryHandling) throws(ColumnDecodingError) -> [UInt8] {
    guard view.kind == .string else { throw .malformed("binary value", "a string") }
    var bytes: [UInt8] = []
    if mode == .hex {
      guard view.bytes.count % 2 == 0 else { throw .malformed("binary value", "hexadecimal digits") }
      bytes.reserveCapacity(view.bytes.count / 2)
      for i in stride(from: 0, to: view.bytes.count, by: 2) {
        guard let high = Hex.value(view.bytes[i]), let low = Hex.value(view.bytes[i + 1]) else {
          throw .malformed("binary value", "hexadecimal digits")
        }
        bytes.append(high << 4 | low)
      }
    } else if !Base64.decode(view.bytes, into: &bytes) {
      throw .malformed("binary value", "Base64")
    }
    return bytes
  }

  private static func bits(_ view: FieldView, length: Int?, to text: inout [UInt8]) throws(ColumnDecodingError) {
    let bytes = try binary(view, .bytes)
    // `bit varying` loses the zeros before its first one on the way: its length is not sent.
    var count = length ?? bytes.count * 8
    if length == nil {
      while count > 0 && bytes[(count - 1) / 8] & (1 << UInt8((count - 1) % 8)) == 0 { count -= 1 }
    }
    for bit in (0..<count).reversed() {
      let isSet = bit / 8 < bytes.count && bytes[bit / 8] & (1 << UInt8(bit % 8)) != 0
      text.append(isSet ? 0x31 : 0x30)
    }
  }

  private static func array(
    _ view: FieldView, of element: ValueCodec, to text: inout [UInt8]
  ) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("array", "an array") }
    text.append(UInt8(ascii: "{"))
    var first = true
    var item: [UInt8] = []
    let fine = try JSONCursor.forEachElement(view.bytes) { (value) throws(ColumnDecodingError) in
      if !first { text.append(UInt8(ascii: ",")) }
      first = false
      guard value.kind != .null else { return text.append(contentsOf: "NULL".utf8) }
      item.removeAll(keepingCapacity: true)
      try element.decode(value, to: &item)
      if item.withUnsafeBytes(ArrayText.needsQuotes) {
        item.withUnsafeBytes { HstoreText.append(quoted: $0, to: &text) }
      } else {
        text.append(contentsOf: item)
      }
    }
    guard fine else { throw .malformed("array", "an array") }
    text.append(UInt8(ascii: "}"))
  }

  private static func hstore(_ view: FieldView, map: Bool, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == (map ? .json : .string) else { throw .malformed("hstore", "an object") }
    var first = true
    let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
      if !first { text.append(contentsOf: ", ".utf8) }
      first = false
      name.withUnsafeBytes { HstoreText.append(quoted: $0, to: &text) }
      text.append(contentsOf: "=>".utf8)
      switch value.kind {
      case .null: text.append(contentsOf: "NULL".utf8)
      case .string: HstoreText.append(quoted: value.bytes, to: &text)
      default: throw .malformed("hstore", "an object of strings")
      }
    }
    guard fine else { throw .malformed("hstore", "an object") }
  }

  private static func point(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("point", "an object with x and y") }
    var x: [UInt8]?
    var y: [UInt8]?
    let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
      guard name == [UInt8(ascii: "x")] || name == [UInt8(ascii: "y")] else { return }
      var number: [UInt8] = []
      try float(value, plainBelow: 15, to: &number)
      if name == [UInt8(ascii: "x")] { x = number } else { y = number }
    }
    guard fine, let x, let y else { throw .malformed("point", "an object with x and y") }
    text.append(UInt8(ascii: "("))
    text.append(contentsOf: x)
    text.append(UInt8(ascii: ","))
    text.append(contentsOf: y)
    text.append(UInt8(ascii: ")"))
  }

  private static func geometry(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("geometry", "an object with wkb") }
    var wkb: [UInt8]?
    let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
      if name.elementsEqual("wkb".utf8) { wkb = try binary(value, .bytes) }
    }
    guard fine, let wkb else { throw .malformed("geometry", "an object with wkb") }
    for byte in wkb {
      text.append(Hex.upper(byte >> 4))
      text.append(Hex.upper(byte & 0xF))
    }
  }

  private static func vector(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("vector", "an array of numbers") }
    text.append(UInt8(ascii: "["))
    var first = true
    let fine = try JSONCursor.forEachElement(view.bytes) { (value) throws(ColumnDecodingError) in
      if !first { text.append(UInt8(ascii: ",")) }
      first = false
      try float(value, plainBelow: 6, to: &text)
    }
    guard fine else { throw .malformed("vector", "an array of numbers") }
    text.append(UInt8(ascii: "]"))
  }

  private static func sparseVector(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    guard view.kind == .json else { throw .malformed("sparsevec", "an object with dimensions and vector") }
    var dimensions: Int64?
    var items: [UInt8] = []
    let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
      if name.elementsEqual("dimensions".utf8), value.kind == .integer { dimensions = value.integer }
      guard name.elementsEqual("vector".utf8), value.kind == .json else { return }
      let fine = try JSONCursor.forEachElement(value.bytes) { (pair) throws(ColumnDecodingError) in
        guard pair.kind == .json else { throw .malformed("sparsevec", "pairs of index and value") }
        if !items.isEmpty { items.append(UInt8(ascii: ",")) }
        var index = 0
        let fine = try JSONCursor.forEachElement(pair.bytes) { (part) throws(ColumnDecodingError) in
          if index == 1 { items.append(UInt8(ascii: ":")) }
          try float(part, plainBelow: index == 0 ? 20 : 6, to: &items)
          index += 1
        }
        guard fine, index == 2 else { throw .malformed("sparsevec", "pairs of index and value") }
      }
      guard fine else { throw .malformed("sparsevec", "pairs of index and value") }
    }
    guard fine, let dimensions else { throw .malformed("sparsevec", "an object with dimensions and vector") }
    text.append(UInt8(ascii: "{"))
    text.append(contentsOf: items)
    text.append(contentsOf: "}/".utf8)
    PostgresText.append(dimensions, to: &text)
  }
}

extension ColumnDecodingError {
  static func malformed(_ type: StaticString, _ expected: StaticString) -> ColumnDecodingError {
    ColumnDecodingError(.malformed, "a field of type \(type) should be \(expected)")
  }
}
