#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Bool: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.bool }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.boolArray }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.bool, text: self ? "t" : "f") }
}

extension UInt8: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int2 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.bytea }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int2, text: String(self)) }

  /// An array of bytes is a `bytea`.
  public static func postgresBind(of array: [UInt8]) -> Bind {
    Bind(type: TypeOID.bytea, value: array, isBinary: true)
  }
}

extension Int16: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int2 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.int2Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int2, text: String(self)) }
}

extension Int32: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int4 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.int4Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int4, text: String(self)) }
}

extension Int64: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int8 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension Int: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int8 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension UInt32: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.int8 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.int8Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.int8, text: String(self)) }
}

extension Float: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.float4 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.float4Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.float4, text: isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)") }
}

extension Double: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.float8 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.float8Array }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.float8, text: isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)") }
}

extension String: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { 0 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.textArray }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: 0, text: self) }

  /// See ``PostgresEncodable``.
  public func append(to array: inout ArrayLiteral) {
    array.append(self)
  }
}

extension Substring: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { 0 }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.textArray }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: 0, value: Array(utf8)) }
}

extension UUID: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.uuid }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.uuidArray }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.uuid, text: uuidString) }
}

extension Date: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.timestamptz }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.timestamptzArray }
  /// A `timestamp with time zone`, rounded to PostgreSQL's microseconds.
  public var postgresBind: Bind { Bind(type: TypeOID.timestamptz, text: TimestampText.format(self)) }
}

extension LSN: PostgresEncodable {
  /// See ``PostgresEncodable``.
  public static var postgresType: UInt32 { TypeOID.pgLSN }
  /// See ``PostgresEncodable``.
  public static var postgresArrayType: UInt32 { TypeOID.pgLSNArray }
  /// See ``PostgresEncodable``.
  public var postgresBind: Bind { Bind(type: TypeOID.pgLSN, text: description) }
}
