import NIOCore

@testable import Broker

/// Writes a message as ``FieldWriter`` does, but with null in one place where null is not allowed.
struct NullWriter: FieldVisitor {
  private var writer: FieldWriter
  /// The places that are still passed by.
  private var rest: Int
  private var version: Int16 { writer.version }

  /// The message with its `place`-th field that may not be null written as null; `nil` when it has no so many.
  static func write<M: BodyMessage>(_ message: M, version: Int16, place: Int) throws(CodecError) -> ByteBuffer? {
    var visitor = NullWriter(
      writer: FieldWriter(ByteBuffer(), version: version, isFlexible: version >= M.flexibleSince), rest: place)
    var message = message
    try visitor.structure(&message)
    return visitor.rest < 0 ? visitor.writer.buffer : nil
  }

  private mutating func structure<T: Message>(_ value: inout T) throws(CodecError) {
    try value.fields(&self)
    if writer.isFlexible { writer.varint(0) }
  }

  /// Whether this field is to be null.
  private mutating func isPlace() -> Bool {
    defer { rest -= 1 }
    return rest == 0
  }

  private mutating func null(short: Bool) throws(CodecError) { try writer.length(nil, short: short) }

  private mutating func list<T: Message>(_ values: [T], mayBeNull: Bool) throws(CodecError) {
    if !mayBeNull, isPlace() { return try null(short: false) }
    try writer.length(values.count, short: false)
    for var value in values { try structure(&value) }
  }

  // MARK: Fields

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    guard versions.contains(version) else { return }
    if T.self == String.self || T.self == ByteBuffer.self, isPlace() { return try null(short: T.self == String.self) }
    try T.write(value, to: &writer)
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    if !nullable.contains(version), T.self == String.self || T.self == ByteBuffer.self, isPlace() {
      return try null(short: T.self == String.self)
    }
    try T.write(value, to: &writer)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version) { try structure(&value) }
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    guard var present = value else { return try Int8.write(-1, to: &writer) }
    if nullable.contains(version) { try Int8.write(1, to: &writer) }
    try structure(&present)
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    var some: [T]? = values
    try field(name, versions, nullable: .never, &some)
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    if !nullable.contains(version), isPlace() { return try null(short: false) }
    try writer.length(values?.count, short: false)
    for value in values ?? [] { try T.write(value, to: &writer) }
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    if versions.contains(version) { try list(values, mayBeNull: false) }
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    if let values { return try list(values, mayBeNull: nullable.contains(version)) }
    try null(short: false)
  }

  // MARK: Tags are left out

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T) {}
  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) {}
  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) {}
  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) {}
}
