extension ValueCodec {
  /// Writes a value from PostgreSQL's text. What a failing call wrote is for the caller to cut off.
  func encode(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    switch self {
    case .text, .uuid: writer.string(text)
    case .integer: try Self.integer(text, to: &writer)
    case .bool:
      if text.equals("t") {
        writer.bool(true)
      } else if text.equals("f") {
        writer.bool(false)
      } else {
        throw .malformed("boolean", "t or f")
      }
    case .float4, .float8: try Self.float(text, to: &writer)
    case .decimal, .variableDecimal, .decimalText, .decimalDouble, .money: try encodeDecimal(text, to: &writer)
    case .bit:
      guard text.count == 1, text[0] & 0xFE == 0x30 else { throw .malformed("bit", "0 or 1") }
      writer.bool(text[0] == 0x31)
    case .bits: try Self.bits(text, to: &writer)
    case .bytes(let mode): try Self.bytea(text, mode, to: &writer)
    case .opaque(let mode): writer.binary(text, as: mode)
    case .date, .time, .timetz, .timestamp, .timestamptz, .interval: try encodeTemporal(text, to: &writer)
    case .structured(let kind): try kind.encode(text, to: &writer)
    case .hstore(let map): try Self.hstore(text, map: map, to: &writer)
    case .point: try Self.point(text, to: &writer)
    case .geometry: try Self.geometry(text, to: &writer)
    case .vector: try Self.vector(text, to: &writer)
    case .sparseVector: try Self.sparseVector(text, to: &writer)
    case .array(let element, let delimiter): try Self.array(text, of: element, delimiter: delimiter, to: &writer)
    }
  }

  private static func integer(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    // PostgreSQL's text of an integer is JSON's, so it is checked and copied.
    let start = text.first == UInt8(ascii: "-") ? 1 : 0
    guard text.count > start, text.count <= start + 19, text[start] != 0x30 || text.count == 1 else {
      throw .malformed("integer", "digits")
    }
    for i in start..<text.count where text[i] &- 0x30 >= 10 { throw .malformed("integer", "digits") }
    writer.raw(text)
  }

  private static func float(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    // With extra_float_digits >= 1 (the default) PostgreSQL prints the shortest digits, as Java does: only the form changes.
    if let number = FloatText(text) {
      writer.javaNumber(number)
    } else if text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity") {
      writer.string(text)
    } else {
      throw .malformed("floating point number", "digits, NaN or Infinity")
    }
  }

  private static func bits(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    let n = text.count
    var top = n
    for i in 0..<n where text[i] & 0xFE != 0x30 { throw .malformed("bit string", "0 and 1") }
    // Little endian, without the zero bytes above the highest bit that is set.
    for i in 0..<n where text[i] == 0x31 {
      top = i
      break
    }
    let significant = n - top
    let count = (significant + 7) / 8
    withUnsafeTemporaryAllocation(byteCount: max(count, 1), alignment: 1) { bytes in
      for i in 0..<count { bytes[i] = 0 }
      for bit in 0..<significant where text[n - 1 - bit] == 0x31 { bytes[bit / 8] |= 1 << UInt8(bit % 8) }
      writer.binary(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[0..<count]), as: .bytes)
    }
  }

  private static func bytea(
    _ text: UnsafeRawBufferPointer, _ mode: EncodingOptions.BinaryHandling, to writer: inout JSONWriter
  ) throws(ColumnEncodingError) {
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
      throw .malformed("bytea", "\\x and hexadecimal digits (bytea_output = hex)")
    }
    let digits = UnsafeRawBufferPointer(rebasing: text[2...])
    try hex(digits, "bytea") { bytes in writer.binary(bytes, as: mode) }
  }

  /// Gives the bytes that hexadecimal digits stand for.
  private static func hex(
    _ digits: UnsafeRawBufferPointer, _ type: StaticString, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(ColumnEncodingError) {
    let count = digits.count / 2
    let fine = withUnsafeTemporaryAllocation(byteCount: max(count, 1), alignment: 1) { bytes in
      for i in 0..<count {
        guard let high = Hex.value(digits[2 * i]), let low = Hex.value(digits[2 * i + 1]) else { return false }
        bytes[i] = high << 4 | low
      }
      body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[0..<count]))
      return true
    }
    guard fine, digits.count % 2 == 0 else { throw .malformed(type, "hexadecimal digits") }
  }

  private static func array(
    _ text: UnsafeRawBufferPointer, of element: ValueCodec, delimiter: UInt8, to writer: inout JSONWriter
  ) throws(ColumnEncodingError) {
    writer.raw(UInt8(ascii: "["))
    var first = true
    let fine = try ArrayText.forEach(text, delimiter: delimiter) { (item) throws(ColumnEncodingError) in
      if !first { writer.raw(UInt8(ascii: ",")) }
      first = false
      if let item { try element.encode(item, to: &writer) } else { writer.null() }
    }
    guard fine else { throw .malformed("array", "{...}") }
    writer.raw(UInt8(ascii: "]"))
  }

  private static func hstore(
    _ text: UnsafeRawBufferPointer, map: Bool, to writer: inout JSONWriter
  ) throws(ColumnEncodingError) {
    guard let pairs = HstoreText.pairs(text) else { throw .malformed("hstore", "\"key\"=>\"value\"") }
    var inner = JSONWriter(capacity: text.count * 2 + 16)
    inner.raw(UInt8(ascii: "{"))
    for (index, pair) in HstoreText.inHashOrder(pairs).enumerated() {
      if index > 0 { inner.raw(UInt8(ascii: ",")) }
      inner.string(pair.key, escapingBeyondBMP: map)
      inner.raw(UInt8(ascii: ":"))
      if let value = pair.value { inner.string(value, escapingBeyondBMP: map) } else { inner.null() }
    }
    inner.raw(UInt8(ascii: "}"))
    if map {
      inner.withUnsafeBytes { writer.raw($0) }
    } else {
      inner.withUnsafeBytes { writer.string($0) }
    }
  }

  private static func point(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    guard text.count >= 5, text[0] == UInt8(ascii: "("), text[text.count - 1] == UInt8(ascii: ")"),
      let comma = text.firstIndex(of: UInt8(ascii: ","))
    else { throw .malformed("point", "(x,y)") }
    let xText = UnsafeRawBufferPointer(rebasing: text[1..<comma])
    let yText = UnsafeRawBufferPointer(rebasing: text[(comma + 1)..<(text.count - 1)])
    guard let x = FloatText.double(xText), let y = FloatText.double(yText) else { throw .malformed("point", "(x,y)") }
    writer.raw("{\"x\":")
    try float(xText, to: &writer)
    writer.raw(",\"y\":")
    try float(yText, to: &writer)
    // Well-known binary: little endian, type 1 (point), two doubles.
    writer.raw(",\"wkb\":")
    withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { wkb in
      wkb[0] = 1
      wkb.storeBytes(of: UInt32(1).littleEndian, toByteOffset: 1, as: UInt32.self)
      wkb.storeBytes(of: x.bitPattern.littleEndian, toByteOffset: 5, as: UInt64.self)
      wkb.storeBytes(of: y.bitPattern.littleEndian, toByteOffset: 13, as: UInt64.self)
      writer.binary(UnsafeRawBufferPointer(wkb), as: .bytes)
    }
    writer.raw(",\"srid\":null}")
  }

  /// PostGIS: hexadecimal EWKB; its SRID is repeated as a number.
  private static func geometry(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    var srid: Int32?
    writer.raw("{\"wkb\":")
    try hex(text, "geometry") { ewkb in
      writer.binary(ewkb, as: .bytes)
      guard ewkb.count >= 9 else { return }
      let little = ewkb[0] != 0
      let type = ewkb.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
      guard (little ? UInt32(littleEndian: type) : UInt32(bigEndian: type)) & 0x2000_0000 != 0 else { return }
      let id = ewkb.loadUnaligned(fromByteOffset: 5, as: Int32.self)
      srid = little ? Int32(littleEndian: id) : Int32(bigEndian: id)
    }
    writer.raw(",\"srid\":")
    if let srid { writer.integer(Int64(srid)) } else { writer.null() }
    writer.raw(UInt8(ascii: "}"))
  }

  /// pgvector: `[1,2.5,3]`.
  private static func vector(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    guard text.count >= 2, text[0] == UInt8(ascii: "["), text[text.count - 1] == UInt8(ascii: "]") else {
      throw .malformed("vector", "[...]")
    }
    let inside = UnsafeRawBufferPointer(rebasing: text[1..<(text.count - 1)])
    writer.raw(UInt8(ascii: "["))
    for (index, part) in inside.split(separator: UInt8(ascii: ",")).enumerated() {
      if index > 0 { writer.raw(UInt8(ascii: ",")) }
      try float(UnsafeRawBufferPointer(rebasing: part), to: &writer)
    }
    writer.raw(UInt8(ascii: "]"))
  }

  /// pgvector: `{1:1.5,3:2}/5`; a map whose keys are no strings is an array of pairs in Connect's JSON.
  private static func sparseVector(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    guard let close = text.firstIndex(of: UInt8(ascii: "}")), text.count > close + 2, text[0] == UInt8(ascii: "{"),
      text[close + 1] == UInt8(ascii: "/")
    else { throw .malformed("sparsevec", "{index:value,...}/dimensions") }
    writer.raw("{\"dimensions\":")
    try integer(UnsafeRawBufferPointer(rebasing: text[(close + 2)...]), to: &writer)
    writer.raw(",\"vector\":[")
    for (index, part) in text[1..<close].split(separator: UInt8(ascii: ",")).enumerated() {
      guard let colon = part.firstIndex(of: UInt8(ascii: ":")) else {
        throw .malformed("sparsevec", "{index:value,...}/dimensions")
      }
      writer.raw(index > 0 ? ",[" : "[")
      try integer(UnsafeRawBufferPointer(rebasing: part[part.startIndex..<colon]), to: &writer)
      writer.raw(UInt8(ascii: ","))
      try float(UnsafeRawBufferPointer(rebasing: part[(colon + 1)...]), to: &writer)
      writer.raw(UInt8(ascii: "]"))
    }
    writer.raw("]}")
  }
}

extension ColumnEncodingError {
  static func malformed(_ type: StaticString, _ expected: StaticString) -> ColumnEncodingError {
    ColumnEncodingError(.malformed, "the text of a \(type) should be \(expected)")
  }

  static func notRepresentable(_ reason: StaticString) -> ColumnEncodingError {
    ColumnEncodingError(.notRepresentable, "\(reason)")
  }
}
