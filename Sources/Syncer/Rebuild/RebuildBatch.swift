internal import Kafka

/// Records to apply to a version, with those that no handler wants and those that nobody can read.
struct RebuildBatch: Sendable {
  let records: [ChangeRecord]
  /// Not applied: malformed, or of no handler of the projection.
  let excluded: Set<Int>
  /// Those of `excluded` that cannot be parsed.
  let malformed: [Int]

  init(_ polled: [ConsumerRecord], accepts: (ChangeRecord) -> Bool) {
    let records = polled.map(ChangeRecord.init(parsing:))
    let malformed = records.indices.filter { records[$0].parseFailure != nil }
    var excluded = Set(malformed)
    for index in records.indices where !excluded.contains(index) && !accepts(records[index]) { excluded.insert(index) }
    self.records = records
    self.malformed = malformed
    self.excluded = excluded
  }

  /// The work of one transaction: the records of a range that are left, with the offsets behind all of it.
  ///
  /// - Parameters:
  ///   - stored: the offsets that are stored before it.
  ///   - lanes: the lanes of partitions that are divided.
  func work(
    _ range: Range<Int>, excluded: Set<Int>, stored: [TopicPartition: Int64], lanes: [TopicPartition: LaneProgress] = [:]
  ) -> (batch: SinkBatch, indices: [Int]) {
    var next: [TopicPartition: Int64] = [:]
    let indices = range.filter { !excluded.contains($0) }
    for index in range { next[records[index].topicPartition] = records[index].offset + 1 }
    let advances = next.sorted { $0.key < $1.key }.map {
      SinkBatch.Advance(partition: $0.key, expected: stored[$0.key], next: $0.value, lanes: lanes[$0.key])
    }
    return (SinkBatch(records: indices.map { records[$0] }, advances: advances), indices)
  }

  /// The work of one transaction that moves a lane alone, behind the range's last record.
  func work(_ range: Range<Int>, excluded: Set<Int>, lane: LaneMove) -> (batch: SinkBatch, indices: [Int]) {
    let indices = range.filter { !excluded.contains($0) }
    var batch = SinkBatch(records: indices.map { records[$0] }, advances: [])
    var move = lane
    if let last = range.last { move.next = records[last].offset + 1 }
    batch.laneMoves = [move]
    return (batch, indices)
  }
}
