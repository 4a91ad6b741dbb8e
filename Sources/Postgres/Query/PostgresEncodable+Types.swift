#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Bool: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.bool }
  public static var postgresArrayType: UInt32 { TypeOID.boolArray }
  public var postgresBind: Bind { Bind(type: TypeOID.bool, text: self ? "t" : "f") }
}

extension UInt8: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int2 }
  public static var postgresArrayType: UInt32 { TypeOID.bytea }
  public var postgresBind: Bind { Bind(type: TypeOID.int2, text: String(self)) }

  /// An array of bytes is a `bytea`.
  public static func postgresBind(of array: [UInt8]) -> Bind {
    Bind(type: TypeOID.bytea, value: array, isBinary: true)
  }
}

extension Int16: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int2 }
  public static var postgresArrayType: UInt32 { TypeOID.int2Array }
  public var postgresBind: Bind { Bind(type: TypeOID.int2, text: String(self)) }
}

extension Int32: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int4 }
  public static var postgresArrayType: UInt32 { TypeOID.int4Array }
  public var postgresBind: Bind { Bind(type: TypeOID.int4, text: String(self)) }
}

extension Int64: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int8 }
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension Int: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int8 }
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension UInt32: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.int8 }
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension Float: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.float4 }
  public static var postgresArrayType: UInt32 { TypeOID.float4Array }
  public var postgresBind: Bind { Bind(type: TypeOID.float4, text: isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)") }
}

extension Double: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.float8 }
  public static var postgresArrayType: UInt32 { TypeOID.float8Array }
  public var postgresBind: Bind { Bind(type: TypeOID.float8, text: isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)") }
}

extension String: PostgresEncodable {
  public static var postgresType: UInt32 { 0 }
  public static var postgresArrayType: UInt32 { TypeOID.textArray }
  public var postgresBind: Bind { Bind(type: 0, text: self) }

  public func append(to array: inout ArrayLiteral) {
    array.append(self)
  }
}

extension Substring: PostgresEncodable {
  public static var postgresType: UInt32 { 0 }
  public static var postgresArrayType: UInt32 { TypeOID.textArray }
  public var postgresBind: Bind { Bind(type: 0, value: Array(utf8)) }
}

extension UUID: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.uuid }
  public static var postgresArrayType: UInt32 { TypeOID.uuidArray }
  public var postgresBind: Bind { Bind(type: TypeOID.uuid, text: uuidString) }
}

extension Date: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.timestamptz }
  public static var postgresArrayType: UInt32 { TypeOID.timestamptzArray }
  /// A `timestamp with time zone`, rounded to PostgreSQL's microseconds.
  public var postgresBind: Bind { Bind(type: TypeOID.timestamptz, text: TimestampText.format(self)) }
}

extension LSN: PostgresEncodable {
  public static var postgresType: UInt32 { TypeOID.pgLSN }
  public static var postgresArrayType: UInt32 { TypeOID.pgLSNArray }
  public var postgresBind: Bind { Bind(type: TypeOID.pgLSN, text: description) }
}
