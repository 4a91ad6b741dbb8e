/// One entry of a segment's index: where a batch stands, and what came before it. 16 bytes, big-endian.
struct IndexEntry: Equatable, Sendable {
  static let size = 16

  /// Of the batch's first record, from the segment's base offset; in the closing entry, the offset after the segment.
  var relativeOffset: UInt32
  /// Of the batch in the segment's file; in the closing entry, the file's size.
  var position: UInt32
  /// The largest timestamp of the batches before the position; -1 for none.
  var timestamp: Int64

  init(relativeOffset: UInt32, position: UInt32, timestamp: Int64) {
    self.relativeOffset = relativeOffset
    self.position = position
    self.timestamp = timestamp
  }

  /// - Parameter bytes: at least 16.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.size else { return nil }
    relativeOffset = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
    position = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    timestamp = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int64.self))
  }
}
