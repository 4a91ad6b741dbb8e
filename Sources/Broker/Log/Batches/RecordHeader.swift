import NIOCore

/// One header of a record: a name, which may repeat, and a value, where null is not empty.
struct RecordHeader: Hashable, Sendable {
  var name: ByteBuffer
  var value: ByteBuffer?
}
