/// The partitions of the broker, as the transaction coordinator sees them. Confined to the event loop.
protocol TransactionPartitions: AnyObject {
  /// Whether the partition is there.
  func exists(_ partition: TopicPartition) -> Bool

  /// Writes the marker that ends a producer's transaction to each of `partitions`, those of `__consumer_offsets` among them.
  ///
  /// - Parameter completion: called once on the event loop, before this method returns or later, with `.none` when every marker is as
  ///   durable as the broker's policy promises. A marker that was written although an error is answered may be written again.
  func writeMarkers(
    producerID: Int64, producerEpoch: Int16, committed: Bool, coordinatorEpoch: Int32, partitions: [TopicPartition],
    completion: @escaping (ErrorCode) -> Void)
}
