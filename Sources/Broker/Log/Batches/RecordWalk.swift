/// Walks over the records of an uncompressed (or decompressed) batch, one after the other, with every length checked against the bytes
/// that are there ("Record" in Kafka's documentation; varints are Protocol Buffers' zigzag).
struct RecordWalk {
  private let bytes: UnsafeRawBufferPointer
  /// Of the next record.
  private(set) var position: Int

  /// - Parameter bytes: the records without the batch's header; must outlive the walk.
  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next record.
  mutating func next() throws(RecordFormatError) -> RecordFields {
    let start = position
    let length = Int(try varint32(upTo: bytes.count))
    guard length >= 0, length <= bytes.count - position else {
      throw RecordFormatError(reason: "a record of \(length) bytes stands where \(bytes.count - position) are left")
    }
    let end = position + length
    guard length > 0 else { throw RecordFormatError(reason: "a record without any byte") }
    position += 1  // the record's attributes, which no version of Kafka uses
    let timestampDelta = try varint64(upTo: end)
    let offsetDelta = try varint32(upTo: end)
    let key = try field(upTo: end)
    let value = try field(upTo: end)
    let headerCount = Int(try varint32(upTo: end))
    guard headerCount >= 0, headerCount <= end - position else {
      throw RecordFormatError(reason: "a record with \(headerCount) headers in \(end - position) bytes")
    }
    let headers = position
    for _ in 0..<headerCount {
      guard try field(upTo: end) != nil else { throw RecordFormatError(reason: "a header without a name") }
      _ = try field(upTo: end)
    }
    guard position == end else { throw RecordFormatError(reason: "a record with \(end - position) bytes too many") }
    return RecordFields(
      bytes: start..<end, timestampDelta: timestampDelta, offsetDelta: offsetDelta, key: key, value: value, headerCount: headerCount,
      headers: headers..<end)
  }

  /// The next name or value of a record's headers; for walking ``RecordFields/headers``.
  mutating func nextHeaderField() throws(RecordFormatError) -> Range<Int>? { try field(upTo: bytes.count) }

  /// A length and so many bytes; nil for the length -1.
  private mutating func field(upTo end: Int) throws(RecordFormatError) -> Range<Int>? {
    let length = Int(try varint32(upTo: end))
    guard length >= 0 else {
      // Kafka reads any negative length as null; only -1 is ever written.
      guard length == -1 else { throw RecordFormatError(reason: "a field of \(length) bytes") }
      return nil
    }
    guard length <= end - position else {
      throw RecordFormatError(reason: "a field of \(length) bytes stands where \(end - position) are left")
    }
    defer { position += length }
    return position..<(position + length)
  }

  @inline(__always)
  private mutating func varint32(upTo end: Int) throws(RecordFormatError) -> Int32 {
    let raw = try unsigned(upTo: end, longest: 5)
    guard raw <= UInt64(UInt32.max) else { throw RecordFormatError(reason: "a number beyond 32 bits") }
    return Int32(truncatingIfNeeded: (raw >> 1) ^ (0 &- (raw & 1)))
  }

  @inline(__always)
  private mutating func varint64(upTo end: Int) throws(RecordFormatError) -> Int64 {
    let raw = try unsigned(upTo: end, longest: 10)
    return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
  }

  @inline(__always)
  private mutating func unsigned(upTo end: Int, longest: Int) throws(RecordFormatError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for _ in 0..<longest {
      guard position < end else { throw RecordFormatError(reason: "a number that is cut off") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw RecordFormatError(reason: "a number of more than \(longest) bytes")
  }
}
