internal import Kafka

/// A part of a batch as it goes to the sink, in one transaction.
struct Portion: Sendable {
  /// What the sink gets.
  var batch = SinkBatch(records: [], advances: [])
  /// Where each of the sink's records stands in the polled batch.
  var indices: [Int] = []
  /// Where records stand in the polled batch that offsets move past and that are not applied.
  var passed: [Int] = []
  /// The first offset of each partition, applied or not.
  var starts: [TopicPartition: Int64] = [:]
  /// The timestamp of the last record of each partition, applied or not.
  var timestamps: [TopicPartition: Int64] = [:]

  /// Whether there is nothing left to do: other members have done it, or will.
  var isEmpty: Bool { batch.advances.isEmpty && batch.laneMoves.isEmpty }

  /// The partitions of which something is applied or passed over.
  var partitions: Set<TopicPartition> { Set(batch.advances.map(\.partition)).union(batch.laneMoves.map(\.partition)) }

  /// The portion without the records of the sink's at these indices, to report what was applied of it.
  func without(_ leftOut: Set<Int>) -> Portion {
    guard !leftOut.isEmpty else { return self }
    var portion = self
    let kept = batch.records.indices.filter { !leftOut.contains($0) }
    portion.batch.records = kept.map { batch.records[$0] }
    portion.indices = kept.map { indices[$0] }
    portion.batch.plan = nil
    return portion
  }

  /// Turns the index of a poison, which the sink knows as one of its records, into the polled batch's. A poison that names no record is a
  /// failure of them all.
  func located(_ verdict: FailureVerdict) -> FailureVerdict {
    guard case .poison(let index) = verdict.failureClass else { return verdict }
    var verdict = verdict
    verdict.failureClass = indices.indices.contains(index) ? .poison(index: indices[index]) : .permanent
    return verdict
  }
}
