internal import NIOCore

/// Encodes messages. A value that the version at hand cannot carry (null where null is not allowed) is an error of ours and
/// is thrown, never written.
struct FieldWriter: FieldVisitor {
  var buffer: ByteBuffer
  let version: Int16
  let isFlexible: Bool
  private var tagged: [(tag: UInt32, bytes: ByteBuffer)] = []

  init(_ buffer: ByteBuffer, version: Int16, isFlexible: Bool) {
    self.buffer = buffer
    self.version = version
    self.isFlexible = isFlexible
  }

  /// Appends a body to `buffer`.
  static func write<M: BodyMessage>(_ message: M, version: Int16, to buffer: inout ByteBuffer) throws(CodecError) {
    var writer = FieldWriter(buffer, version: version, isFlexible: version >= M.flexibleSince)
    buffer = ByteBuffer()  // So that the writer's copy is the only one and is not copied when written to.
    var message = message
    defer { buffer = writer.buffer }
    try writer.structure(&message)
  }

  mutating func structure<T: Message>(_ value: inout T) throws(CodecError) {
    try value.fields(&self)
    guard isFlexible else { return }
    let outer = tagged
    tagged = []
    try value.tags(&self)
    varint(UInt32(tagged.count))
    for (tag, bytes) in tagged {
      varint(tag)
      varint(UInt32(bytes.readableBytes))
      buffer.writeImmutableBuffer(bytes)
    }
    tagged = outer
  }

  // MARK: Primitives

  mutating func varint(_ value: UInt32) {
    var rest = value
    while rest >= 0x80 {
      buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    buffer.writeInteger(UInt8(rest))
  }

  mutating func length(_ length: Int?, short: Bool) throws(CodecError) {
    let limit = short ? Int(Int16.max) : Int(Int32.max) - 1
    guard (length ?? 0) <= limit else { throw CodecError("\(length ?? 0) bytes do not fit") }
    if isFlexible {
      varint(UInt32((length ?? -1) + 1))
    } else if short {
      buffer.writeInteger(Int16(length ?? -1))
    } else {
      buffer.writeInteger(Int32(length ?? -1))
    }
  }

  private mutating func count(_ count: Int?) throws(CodecError) { try length(count, short: false) }

  // MARK: Fields

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version) { try T.write(value, to: &self) }
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    guard value != nil || nullable.contains(version) else { throw CodecError("\(name) is null") }
    try T.write(value, to: &self)
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if versions.contains(version) { try structure(&value) }
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    guard var present = value else {
      guard nullable.contains(version) else { throw CodecError("\(name) is null") }
      buffer.writeInteger(Int8(-1))
      return
    }
    if nullable.contains(version) { buffer.writeInteger(Int8(1)) }
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
    guard values != nil || nullable.contains(version) else { throw CodecError("\(name) is null") }
    try count(values?.count)
    for value in values ?? [] { try T.write(value, to: &self) }
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    var some: [T]? = values
    try field(name, versions, nullable: .never, &some)
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    guard values != nil || nullable.contains(version) else { throw CodecError("\(name) is null") }
    try count(values?.count)
    for var value in values ?? [] { try structure(&value) }
  }

  // MARK: Tags

  private mutating func collect(_ tag: UInt32, _ write: (inout FieldWriter) throws(CodecError) -> Void) throws(CodecError) {
    var writer = FieldWriter(ByteBuffer(), version: version, isFlexible: isFlexible)
    try write(&writer)
    tagged.append((tag, writer.buffer))
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T)
    throws(CodecError)
  {
    guard versions.contains(version), value != `default` else { return }
    let value = value
    try collect(tag) { writer throws(CodecError) in try T.write(value, to: &writer) }
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) throws(CodecError) {
    guard versions.contains(version), let value else { return }
    try collect(tag) { writer throws(CodecError) in try T.write(value, to: &writer) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    guard versions.contains(version), value != T() else { return }
    var value = value
    try collect(tag) { writer throws(CodecError) in try writer.structure(&value) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    guard versions.contains(version), !values.isEmpty else { return }
    var values = values
    try collect(tag) { writer throws(CodecError) in try writer.field(name, .all, &values) }
  }
}
