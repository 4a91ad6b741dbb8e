internal import NIOCore

/// Decodes messages from bytes that may hold anything: it reads nothing beyond its buffer, and what it allocates is bounded
/// by the buffer's length and by ``arrayLimit``.
struct FieldReader: FieldVisitor {
  /// Bytes in memory of all arrays of one message: an element of one byte on the wire takes up to two hundred, so that a frame
  /// of the largest size would otherwise ask for gigabytes. A million of the smallest partitions fit.
  static let arrayLimit = 64 << 20
  /// What an array takes besides its elements.
  private static let arrayOverhead = 32

  var buffer: ByteBuffer
  let version: Int16
  let isFlexible: Bool
  private var arrayBytes = 0
  /// The tag whose value is being read; `tag` skips the others.
  private var openTag: UInt32?

  init(_ buffer: ByteBuffer, version: Int16, isFlexible: Bool) {
    self.buffer = buffer
    self.version = version
    self.isFlexible = isFlexible
  }

  /// Decodes a body. What follows it is ignored, as Kafka does: librdkafka (to 2.16 at least) ends its request for the metadata of all topics
  /// with three bytes that belong to no field.
  static func body<M: BodyMessage>(_ type: M.Type, from buffer: ByteBuffer, version: Int16) throws(CodecError) -> M {
    var reader = FieldReader(buffer, version: version, isFlexible: version >= M.flexibleSince)
    var message = M()
    try reader.structure(&message)
    return message
  }

  mutating func structure<T: Message>(_ value: inout T) throws(CodecError) {
    try value.fields(&self)
    guard isFlexible else { return }
    for _ in 0..<(try varint()) {
      let tag = try varint()
      let size = Int(try varint())
      guard size <= buffer.readableBytes else {
        throw CodecError("tag \(tag) of \(T.self) claims \(size) bytes, \(buffer.readableBytes) are left")
      }
      let end = buffer.readableBytes - size
      let outer = openTag
      openTag = tag
      try value.tags(&self)
      openTag = outer
      // A tag that this version does not know is skipped (KIP-482); one that was read must have used its bytes up.
      guard buffer.readableBytes == end || buffer.readableBytes == end + size else {
        throw CodecError("tag \(tag) of \(T.self) has a wrong size")
      }
      buffer.moveReaderIndex(forwardBy: buffer.readableBytes - end)
    }
  }

  // MARK: Primitives

  mutating func integer<I: FixedWidthInteger>(as type: I.Type = I.self) throws(CodecError) -> I {
    guard let value = buffer.readInteger(as: I.self) else {
      throw CodecError("\(I.bitWidth / 8) bytes wanted, \(buffer.readableBytes) left")
    }
    return value
  }

  mutating func varint() throws(CodecError) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), through: 28, by: 7) {
      let byte = UInt32(try integer(as: UInt8.self))
      value |= (byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw CodecError("a varint of more than five bytes")
  }

  /// The length before a string (`short`) or bytes, checked against what is left; nil for null.
  mutating func length(short: Bool) throws(CodecError) -> Int? {
    let length: Int
    if isFlexible {
      length = Int(try varint()) - 1
    } else {
      length = short ? Int(try integer(as: Int16.self)) : Int(try integer(as: Int32.self))
    }
    guard length >= -1, length <= buffer.readableBytes else {
      throw CodecError("a length of \(length), \(buffer.readableBytes) bytes left")
    }
    return length < 0 ? nil : length
  }

  /// The count before an array of `T`; every element takes at least one byte on the wire.
  private mutating func count<T>(of type: T.Type) throws(CodecError) -> Int? {
    let count = isFlexible ? Int(try varint()) - 1 : Int(try integer(as: Int32.self))
    guard count >= -1, count <= buffer.readableBytes else { throw CodecError("an array of \(count), \(buffer.readableBytes) bytes left") }
    guard count >= 0 else { return nil }
    arrayBytes += Self.arrayOverhead + count * MemoryLayout<T>.stride
    guard arrayBytes <= Self.arrayLimit else { throw CodecError("arrays of more than \(Self.arrayLimit) bytes") }
    return count
  }

  // MARK: Fields

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    guard versions.contains(version) else { return }
    guard let read = try T.read(from: &self) else { throw CodecError("\(name) is null") }
    value = read
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    value = try T.read(from: &self)
    guard value != nil || nullable.contains(version) else { throw CodecError("\(name) is null") }
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    guard versions.contains(version) else { return }
    try structure(&value)
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ value: inout T?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    if nullable.contains(version), try integer(as: Int8.self) < 0 {
      value = nil
      return
    }
    var read = T()
    try structure(&read)
    value = read
  }

  mutating func field<T: WireValue>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    var read: [T]? = values
    try field(name, versions, nullable: .never, &read)
    values = read ?? []
  }

  mutating func field<T: WireValue>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    values = try array(name, nullable: nullable) { reader throws(CodecError) in
      guard let element = try T.read(from: &reader) else { throw CodecError("an element of \(name) is null") }
      return element
    }
  }

  mutating func field<T: Message>(_ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    var read: [T]? = values
    try field(name, versions, nullable: .never, &read)
    values = read ?? []
  }

  mutating func field<T: Message>(
    _ name: StaticString, _ versions: FieldVersions, nullable: FieldVersions, _ values: inout [T]?
  ) throws(CodecError) {
    guard versions.contains(version) else { return }
    values = try array(name, nullable: nullable) { reader throws(CodecError) in
      var element = T()
      try reader.structure(&element)
      return element
    }
  }

  private mutating func array<T>(
    _ name: StaticString, nullable: FieldVersions, element: (inout FieldReader) throws(CodecError) -> T
  ) throws(CodecError) -> [T]? {
    guard let count = try count(of: T.self) else {
      guard nullable.contains(version) else { throw CodecError("\(name) is null") }
      return nil
    }
    var read: [T] = []
    read.reserveCapacity(count)
    for _ in 0..<count { read.append(try element(&self)) }
    return read
  }

  // MARK: Tags

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T, default: T)
    throws(CodecError)
  {
    if tag == openTag { try field(name, versions, &value) }
  }

  mutating func tag<T: WireValue>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T?) throws(CodecError) {
    if tag == openTag { try field(name, versions, nullable: .all, &value) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ value: inout T) throws(CodecError) {
    if tag == openTag { try field(name, versions, &value) }
  }

  mutating func tag<T: Message>(_ tag: UInt32, _ name: StaticString, _ versions: FieldVersions, _ values: inout [T]) throws(CodecError) {
    if tag == openTag { try field(name, versions, &values) }
  }
}
