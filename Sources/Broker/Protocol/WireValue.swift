internal import NIOCore

/// A value of Kafka's protocol that is not a structure: numbers, strings, bytes, UUIDs ("Protocol Primitive Types").
protocol WireValue: Equatable, Sendable {
  /// The type's name in Kafka's message definitions.
  static var typeName: String { get }
  /// Reads it; nil means null, which only strings and bytes can be.
  static func read(from reader: inout FieldReader) throws(CodecError) -> Self?
  /// Writes `value`, or null.
  static func write(_ value: Self?, to writer: inout FieldWriter) throws(CodecError)
}

/// Numbers have a fixed width and no null.
protocol WireInteger: WireValue, FixedWidthInteger {}

extension WireInteger {
  static func read(from reader: inout FieldReader) throws(CodecError) -> Self? { try reader.integer() }

  static func write(_ value: Self?, to writer: inout FieldWriter) throws(CodecError) {
    guard let value else { throw CodecError("null for an \(typeName)") }
    writer.buffer.writeInteger(value)
  }
}

extension Int8: WireInteger { static var typeName: String { "int8" } }
extension Int16: WireInteger { static var typeName: String { "int16" } }
extension UInt16: WireInteger { static var typeName: String { "uint16" } }
extension Int32: WireInteger { static var typeName: String { "int32" } }
extension Int64: WireInteger { static var typeName: String { "int64" } }

extension Bool: WireValue {
  static var typeName: String { "bool" }
  static func read(from reader: inout FieldReader) throws(CodecError) -> Bool? { try reader.integer(as: Int8.self) != 0 }
  static func write(_ value: Bool?, to writer: inout FieldWriter) throws(CodecError) { try Int8.write(value == true ? 1 : 0, to: &writer) }
}

extension ErrorCode: WireValue {
  static var typeName: String { "int16" }
  static func read(from reader: inout FieldReader) throws(CodecError) -> ErrorCode? { ErrorCode(rawValue: try reader.integer()) }
  static func write(_ value: ErrorCode?, to writer: inout FieldWriter) throws(CodecError) { try Int16.write(value?.rawValue, to: &writer) }
}

extension KafkaUUID: WireValue {
  static var typeName: String { "uuid" }

  static func read(from reader: inout FieldReader) throws(CodecError) -> KafkaUUID? {
    KafkaUUID(high: try reader.integer(), low: try reader.integer())
  }

  static func write(_ value: KafkaUUID?, to writer: inout FieldWriter) throws(CodecError) {
    writer.buffer.writeInteger((value ?? .zero).high)
    writer.buffer.writeInteger((value ?? .zero).low)
  }
}

extension String: WireValue {
  static var typeName: String { "string" }

  static func read(from reader: inout FieldReader) throws(CodecError) -> String? {
    guard let length = try reader.length(short: true) else { return nil }
    // Bytes that are not UTF-8 are replaced, as the Java broker does.
    return reader.buffer.readString(length: length)
  }

  static func write(_ value: String?, to writer: inout FieldWriter) throws(CodecError) {
    try writer.length(value?.utf8.count, short: true)
    if let value { writer.buffer.writeString(value) }
  }
}

extension ByteBuffer: WireValue {
  static var typeName: String { "bytes" }

  static func read(from reader: inout FieldReader) throws(CodecError) -> ByteBuffer? {
    guard let length = try reader.length(short: false) else { return nil }
    return reader.buffer.readSlice(length: length)
  }

  static func write(_ value: ByteBuffer?, to writer: inout FieldWriter) throws(CodecError) {
    try writer.length(value?.readableBytes, short: false)
    if let value { writer.buffer.writeImmutableBuffer(value) }
  }
}
