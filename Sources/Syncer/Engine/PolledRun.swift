internal import Kafka

/// Records of one partition that follow each other, as they were polled, and the epoch under which they were.
struct PolledRun: Sendable {
  var partition: TopicPartition
  /// The partition's, see ``OffsetLedger``; nil where it was not owned.
  var epoch: Int?
  /// The offset behind the record that was polled before these, under the same epoch; nil where none was.
  var follows: Int64?
  var records: ArraySlice<ConsumerRecord>

  /// Cuts polled records into runs.
  static func runs(of records: [ConsumerRecord], epochs: [TopicPartition: Int]) -> [PolledRun] {
    var runs: [PolledRun] = []
    var start = 0
    for index in records.indices {
      let isLast =
        index + 1 == records.count || records[index + 1].partition != records[index].partition
        || records[index + 1].topic != records[index].topic
      guard isLast else { continue }
      let partition = records[index].topicPartition
      // A copy: a slice would keep the records of all other partitions in memory as long as one of these waits.
      runs.append(PolledRun(partition: partition, epoch: epochs[partition], records: Array(records[start...index])[...]))
      start = index + 1
    }
    return runs
  }
}

extension ConsumerRecord {
  /// What the record takes while it waits, in bytes: what it holds and, roughly, what holds it.
  var footprint: Int {
    var bytes = 128 + (key?.count ?? 0) + (value?.count ?? 0)
    for header in headers { bytes += 64 + header.name.utf8.count + (header.value?.count ?? 0) }
    return bytes
  }
}
