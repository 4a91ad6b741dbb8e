#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension String: PostgresDecodable {
  /// In text form every type; in binary form text, json, jsonb, numeric, uuid and integers.
  public static func decode(_ cell: Cell) throws -> String {
    let bytes = try cell.required(as: String.self)
    guard cell.format == .binary else { return String(decoding: bytes, as: UTF8.self) }
    switch cell.type {
    case TypeOID.jsonb: return String(decoding: bytes.dropFirst(), as: UTF8.self)
    case TypeOID.uuid: return try UUID.decode(cell).uuidString.lowercased()
    case TypeOID.int2, TypeOID.int4, TypeOID.int8, TypeOID.oid: return String(try Int64.decode(cell))
    case TypeOID.pgLSN: return try LSN.decode(cell).description
    case TypeOID.bool: return try Bool.decode(cell) ? "t" : "f"
    case TypeOID.numeric:
      guard let text = NumericBinary.text(bytes) else { throw cell.failure(String.self, "its binary form is damaged") }
      return text
    case TypeOID.float4, TypeOID.float8, TypeOID.date, TypeOID.timestamp, TypeOID.timestamptz, TypeOID.bytea:
      throw cell.failure(String.self, "in binary form it is no text; ask for it in text form")
    default:
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw cell.failure(String.self, "in binary form it is no text; ask for it in text form")
      }
      return text
    }
  }
}

extension UUID: PostgresDecodable {
  /// A `uuid`, or a text that is one.
  public static func decode(_ cell: Cell) throws -> UUID {
    let bytes = try cell.required(as: UUID.self)
    if cell.format == .binary, bytes.count == 16 { return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self)) }
    guard let uuid = UUID(uuidString: String(decoding: bytes, as: UTF8.self)) else { throw cell.failure(UUID.self, "it is not a UUID") }
    return uuid
  }
}

extension Date: PostgresDecodable {
  /// `timestamptz`, `timestamp` (taken as UTC) and `date` (midnight UTC). Infinity is an error.
  public static func decode(_ cell: Cell) throws -> Date {
    let bytes = try cell.required(as: Date.self)
    switch (cell.format, cell.type, bytes.count) {
    case (.text, _, _):
      if let date = TimestampText.parse(bytes) { return date }
    case (.binary, TypeOID.date, 4):
      let days = Int32(bitPattern: BigEndian.read(bytes, at: 0, as: UInt32.self))
      if days != .max, days != .min { return Date(timeIntervalSince1970: Double(Int64(days) * 86_400 + TimestampText.postgresEpoch)) }
    case (.binary, TypeOID.timestamp, 8), (.binary, TypeOID.timestamptz, 8):
      let microseconds = Int64(bitPattern: BigEndian.read(bytes, at: 0, as: UInt64.self))
      if microseconds != .max, microseconds != .min {
        let seconds = microseconds.floorDivided(by: 1_000_000)
        let rest = Double(microseconds - seconds * 1_000_000) / 1_000_000
        return Date(timeIntervalSince1970: Double(seconds + TimestampText.postgresEpoch) + rest)
      }
    default: break
    }
    throw cell.failure(Date.self, "it is not a finite date or timestamp")
  }
}
