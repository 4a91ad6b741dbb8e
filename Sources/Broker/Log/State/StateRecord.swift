import NIOCore

/// One record of a coordinator's state: a key, and its newest value or, when `nil`, the deletion of the key (a tombstone).
///
/// Both hold Kafka's own encodings (`OffsetCommitKey`, `GroupMetadataValue`, `TransactionLogKey` and so on), version prefix included.
struct StateRecord: Hashable, Sendable {
  var key: ByteBuffer
  var value: ByteBuffer?

  init(key: ByteBuffer, value: ByteBuffer?) {
    self.key = key
    self.value = value
  }
}
