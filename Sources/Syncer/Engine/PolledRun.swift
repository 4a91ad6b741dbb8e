internal import Kafka

/// Records of one partition that follow each other, as they were polled, and the epoch under which they were.
struct PolledRun: Sendable {
  var partition: TopicPartition
  /// The partition's, see ``OffsetLedger``; nil where it was not owned.
  var epoch: Int?
  /// The offset behind the record that was polled before these, under the same epoch; nil where none was.
  var follows: Int64?
  var records: ArraySlice<ConsumerRecord>

  /// Records as a ``RecordSource`` gave them.
  static func runs(of polled: [[ConsumerRecord]], epochs: [TopicPartition: Int]) -> [PolledRun] {
    polled.compactMap { records in
      guard let partition = records.first?.topicPartition else { return nil }
      return PolledRun(partition: partition, epoch: epochs[partition], records: records[...])
    }
  }
}
