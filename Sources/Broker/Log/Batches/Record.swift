import NIOCore

/// One record of a batch; key, value and headers share the batch's memory.
struct Record: Hashable, Sendable {
  var offset: Int64
  /// Milliseconds since the Unix epoch; the batch's largest one where the topic takes the time of the append.
  var timestamp: Int64
  var key: ByteBuffer?
  /// Nil is a tombstone.
  var value: ByteBuffer?
  var headers: [RecordHeader]
  /// The whole record as it stands in its batch, with its length: what a batch with the same base offset and base timestamp can hold as is.
  var bytes: ByteBuffer
}
