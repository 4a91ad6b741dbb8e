internal import CRDKafka

/// Who this consumer is in its group at this moment; `Producer.sendOffsets` shows it to the coordinator, which refuses members of the
/// past. Take it anew for every transaction.
public final class ConsumerGroupMetadata: Sendable {
  // SAFETY: an immutable object of librdkafka's, owned by this one and destroyed in deinit.
  nonisolated(unsafe) let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  /// Metadata of a group without a member, for a producer that commits offsets for a group of which it is no member.
  /// - Throws: `KafkaError` if librdkafka has no memory.
  public convenience init(groupID: String) throws {
    guard let pointer = rd_kafka_consumer_group_metadata_new(groupID) else {
      throw KafkaError(code: .criticalSystemResource, where: "ConsumerGroupMetadata")
    }
    self.init(owning: pointer)
  }

  deinit {
    rd_kafka_consumer_group_metadata_destroy(pointer)
  }
}
