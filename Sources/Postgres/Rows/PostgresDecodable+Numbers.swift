/// Integers: any integer column of either form whose value fits; in text form also a `numeric` without a fraction.
extension PostgresDecodable where Self: FixedWidthInteger {
  /// Any integer of either form, and a `numeric` without a fraction in text form, if it fits.
  public static func decode(_ cell: Cell) throws -> Self {
    let bytes = try cell.required(as: Self.self)
    let value: Self?
    switch cell.format {
    case .text: value = parse(bytes)
    case .binary:
      switch bytes.count {
      case 2: value = Self(exactly: Int16(bitPattern: BigEndian.read(bytes, at: 0, as: UInt16.self)))
      case 4 where cell.type == TypeOID.oid: value = Self(exactly: BigEndian.read(bytes, at: 0, as: UInt32.self))
      case 4: value = Self(exactly: Int32(bitPattern: BigEndian.read(bytes, at: 0, as: UInt32.self)))
      case 8: value = Self(exactly: Int64(bitPattern: BigEndian.read(bytes, at: 0, as: UInt64.self)))
      default: value = nil
      }
    }
    guard let value else { throw cell.failure(Self.self, "it is not an integer, or is outside the range of \(Self.self)") }
    return value
  }

  private static func parse(_ bytes: UnsafeRawBufferPointer) -> Self? {
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard index < bytes.count else { return nil }
    var value: Self = 0
    while index < bytes.count {
      let digit = bytes[index]
      guard (48...57).contains(digit) else { return nil }
      let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
      // Negative numbers are built downwards: the smallest one has no positive counterpart.
      let step = Self(truncatingIfNeeded: digit - 48)
      let (next, overflowedToo) = isNegative ? scaled.subtractingReportingOverflow(step) : scaled.addingReportingOverflow(step)
      if overflowed || overflowedToo { return nil }
      value = next
      index += 1
    }
    return value
  }
}

extension Int16: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}
extension Int: PostgresDecodable {}
extension UInt32: PostgresDecodable {}

extension UInt8: PostgresDecodable {
  /// An array of bytes is a `bytea`; of any other type (text, json…) the bytes of its text.
  public static func decodeArray(_ cell: Cell) throws -> [UInt8] {
    let bytes = try cell.required(as: [UInt8].self)
    switch (cell.format, cell.type) {
    case (.text, TypeOID.bytea):
      guard let decoded = ByteaText.decode(bytes) else { throw cell.failure([UInt8].self, "it is not in hex form; set bytea_output=hex") }
      return decoded
    case (.binary, TypeOID.jsonb): return Array(bytes.dropFirst())
    default: return Array(bytes)
    }
  }
}

extension Double: PostgresDecodable {
  /// Any number; a `numeric` is rounded to the nearest `Double`.
  public static func decode(_ cell: Cell) throws -> Double {
    let bytes = try cell.required(as: Double.self)
    switch (cell.format, bytes.count) {
    case (.binary, 8) where cell.type == TypeOID.int8: return Double(Int64(bitPattern: BigEndian.read(bytes, at: 0, as: UInt64.self)))
    case (.binary, 8) where cell.type == TypeOID.float8: return Double(bitPattern: BigEndian.read(bytes, at: 0, as: UInt64.self))
    case (.binary, 4) where cell.type == TypeOID.float4: return Double(Float(bitPattern: BigEndian.read(bytes, at: 0, as: UInt32.self)))
    case (.binary, 4) where cell.type == TypeOID.int4: return Double(Int32(bitPattern: BigEndian.read(bytes, at: 0, as: UInt32.self)))
    case (.binary, 2): return Double(Int16(bitPattern: BigEndian.read(bytes, at: 0, as: UInt16.self)))
    case (.binary, _) where cell.type == TypeOID.numeric:
      if let text = NumericBinary.text(bytes), let value = Double(text) { return value }
    case (.text, _):
      if let value = Double(String(decoding: bytes, as: UTF8.self)) { return value }
    default: break
    }
    throw cell.failure(Double.self, "it is not a number")
  }
}

extension Bool: PostgresDecodable {
  /// A `boolean`.
  public static func decode(_ cell: Cell) throws -> Bool {
    let bytes = try cell.required(as: Bool.self)
    switch (cell.format, bytes.count == 1 ? bytes[0] : 0xFF) {
    case (.text, UInt8(ascii: "t")), (.binary, 1): return true
    case (.text, UInt8(ascii: "f")), (.binary, 0): return false
    default: throw cell.failure(Bool.self, "it is not a boolean")
    }
  }
}

extension LSN: PostgresDecodable {
  /// A `pg_lsn`.
  public static func decode(_ cell: Cell) throws -> LSN {
    let bytes = try cell.required(as: LSN.self)
    if cell.format == .binary, bytes.count == 8 { return LSN(rawValue: BigEndian.read(bytes, at: 0, as: UInt64.self)) }
    guard let lsn = LSN(try cell.text(as: LSN.self)) else { throw cell.failure(LSN.self, "it is not of the form 16/B374D848") }
    return lsn
  }
}
