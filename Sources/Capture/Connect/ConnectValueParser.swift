internal import ChangeEvents

/// Reads JSON into the values that a schema describes.
///
/// For payloads that this program wrote itself, so that it takes what fits and refuses the rest with an error, whatever the bytes: depth and
/// memory are bounded by the text.
struct ConnectValueParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Reads one value, all of the text.
  ///
  /// - Parameter schema: what it is; where the text is of another type (a placeholder in a column of numbers), or there is no schema, the
  ///   value has the type that the text has.
  static func parse(_ bytes: UnsafeRawBufferPointer, schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    var parser = ConnectValueParser(bytes)
    let value = try parser.value(schema, depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.malformed("the end") }
    return value
  }

  /// As for borrowed bytes.
  static func parse(_ bytes: [UInt8], schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    let result: Result<ConnectValue, CaptureError> = bytes.withUnsafeBytes { bytes in
      do throws(CaptureError) { return .success(try parse(bytes, schema: schema)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func malformed(_ expected: StaticString) -> CaptureError {
    CaptureError.failed("a payload cannot be read at byte \(position) of \(bytes.count): expected \(expected)")
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x0D || bytes[position] == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(_ schema: ConnectSchema?, depth: Int) throws(CaptureError) -> ConnectValue {
    guard depth <= JSONConverter.maxDepth else {
      throw CaptureError.failed("a payload is nested deeper than \(JSONConverter.maxDepth) levels")
    }
    skipSpace()
    guard position < bytes.count else { throw malformed("a value") }
    switch bytes[position] {
    case UInt8(ascii: "\""): return try text(schema)
    case UInt8(ascii: "{"): return try object(schema, depth: depth)
    case UInt8(ascii: "["): return try array(schema, depth: depth)
    case UInt8(ascii: "t"): return try literal("true", .boolean(true))
    case UInt8(ascii: "f"): return try literal("false", .boolean(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number(schema)
    }
  }

  private mutating func literal(_ name: StaticString, _ value: ConnectValue) throws(CaptureError) -> ConnectValue {
    let count = name.utf8CodeUnitCount
    guard bytes.count - position >= count,
      (0..<count).allSatisfy({ bytes[position + $0] == name.utf8Start[$0] })
    else { throw malformed("true, false or null") }
    position += count
    return value
  }

  private mutating func number(_ schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    let start = position
    var isInteger = true
    scan: while position < bytes.count {
      switch bytes[position] {
      case 0x30...0x39, UInt8(ascii: "-"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): isInteger = false
      default: break scan
      }
      position += 1
    }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    switch schema?.kind {
    case .float32: if let value = Float(text) { return .float32(value) }
    case .float64: if let value = Double(text) { return .float64(value) }
    default:
      if isInteger, let value = Int64(text) { return .integer(value) }
      if let value = Double(text) { return .float64(value) }
    }
    position = start
    throw malformed("a number")
  }

  private mutating func text(_ schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    let start = position
    let content = try string()
    switch schema?.kind {
    case .bytes:
      var decoded: [UInt8] = []
      if content.withUnsafeBytes({ Base64.decode($0, into: &decoded) }) { return .bytes(decoded) }
      position = start
      throw malformed("Base64")
    case .float32, .float64:
      let text = String(decoding: content, as: UTF8.self)
      // What is not finite is quoted.
      let value: Double? = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity][text]
      guard let value else { return .string(text) }
      return schema?.kind == .float32 ? .float32(Float(value)) : .float64(value)
    default: return .string(String(decoding: content, as: UTF8.self))
    }
  }

  private mutating func array(_ schema: ConnectSchema?, depth: Int) throws(CaptureError) -> ConnectValue {
    position += 1
    var items: [ConnectValue] = []
    var entries: [ConnectValue.Entry] = []
    let isMap = schema?.kind == .map
    if take(UInt8(ascii: "]")) { return isMap ? .map([]) : .array([]) }
    while true {
      if isMap {
        // A map whose keys are no strings: pairs.
        guard take(UInt8(ascii: "[")) else { throw malformed("a pair") }
        let key = try value(schema?.keys, depth: depth + 2)
        guard take(UInt8(ascii: ",")) else { throw malformed("a comma") }
        entries.append(.init(key: key, value: try value(schema?.elements, depth: depth + 2)))
        guard take(UInt8(ascii: "]")) else { throw malformed("the end of a pair") }
      } else {
        items.append(try value(schema?.elements, depth: depth + 1))
      }
      if take(UInt8(ascii: "]")) { return isMap ? .map(entries) : .array(items) }
      guard take(UInt8(ascii: ",")) else { throw malformed("a comma or the end of an array") }
    }
  }

  private mutating func object(_ schema: ConnectSchema?, depth: Int) throws(CaptureError) -> ConnectValue {
    position += 1
    let fields = schema?.kind == .structure ? schema?.fields ?? [] : []
    let isStruct = schema?.kind == .structure
    var values = [ConnectValue](repeating: .null, count: fields.count)
    var entries: [ConnectValue.Entry] = []
    var expected = 0
    if take(UInt8(ascii: "}")) { return isStruct ? .structure(values) : .map([]) }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw malformed("a name") }
      let nameStart = position
      let name = String(decoding: try string(), as: UTF8.self)
      guard take(UInt8(ascii: ":")) else { throw malformed("a colon") }
      if isStruct {
        // Fields come in the schema's order.
        let index = expected < fields.count && fields[expected].name == name ? expected : schema?.index(of: name)
        guard let index else {
          position = nameStart
          throw malformed("a field of the schema")
        }
        expected = index + 1
        values[index] = try value(fields[index].schema, depth: depth + 1)
      } else {
        entries.append(.init(key: .string(name), value: try value(schema?.elements, depth: depth + 1)))
      }
      if take(UInt8(ascii: "}")) { return isStruct ? .structure(values) : .map(entries) }
      guard take(UInt8(ascii: ",")) else { throw malformed("a comma or the end of an object") }
    }
  }

  /// The content of a string, whose opening quote is here.
  private mutating func string() throws(CaptureError) -> [UInt8] {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") { position += 1 }
    var content = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return content }
      guard byte == UInt8(ascii: "\\") else {
        content.append(byte)
        continue
      }
      guard position < bytes.count else { break }
      position += 1
      switch bytes[position - 1] {
      case UInt8(ascii: "n"): content.append(0x0A)
      case UInt8(ascii: "t"): content.append(0x09)
      case UInt8(ascii: "r"): content.append(0x0D)
      case UInt8(ascii: "b"): content.append(0x08)
      case UInt8(ascii: "f"): content.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[position - 1])
      case UInt8(ascii: "u"):
        var code = try unit()
        if code & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        {
          position += 2
          code = 0x10000 + (code & 0x3FF) << 10 + (try unit() & 0x3FF)
        }
        content.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
      default: throw malformed("an escape")
      }
    }
    throw malformed("the end of a string")
  }

  private mutating func unit() throws(CaptureError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw malformed("four hexadecimal digits") }
    var value: UInt32 = 0
    for i in position..<(position + 4) {
      switch bytes[i] {
      case 0x30...0x39: value = value << 4 | UInt32(bytes[i] - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(bytes[i] - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt32(bytes[i] - 0x61 + 10)
      default: throw malformed("four hexadecimal digits")
      }
    }
    position += 4
    return value
  }
}
