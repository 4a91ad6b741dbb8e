internal import ChangeEvents
internal import Kafka

/// Records as they were polled, parsed and sorted out, with the epochs of their partitions at that time.
struct PolledBatch: Sendable {
  /// Records of one partition that follow each other in the batch.
  struct Run: Sendable {
    var partition: TopicPartition
    var epoch: Int?
    /// The offset behind the record that was polled before these.
    var follows: Int64?
    var range: Range<Int>
  }

  /// A record that is dead-lettered without being tried.
  struct Rejection: Sendable {
    var index: Int
    var stage: DeadLetter.Stage
    var verdict: FailureVerdict
  }

  let records: [ChangeRecord]
  /// Those of retry topics as they were consumed first, which is how handlers and dead letters see them.
  let redelivered: [Int: ChangeRecord]
  /// The lane of which all of the records are; nil where they are applied as they stand in the partition.
  var lane: Lane?
  /// Whether the records were applied by lanes, and all that is left to do is to move the offset.
  var isJoin = false
  let runs: [Run]
  /// In order of the index.
  private(set) var rejections: [Rejection]
  /// Neither applied nor dead-lettered.
  let unwantedTombstones: Set<Int>
  /// Of no handler, and the policy is to skip those.
  let unwantedUnknown: Set<Int>
  /// What the sink has worked out of the records that remain when those of the three above are left out.
  private(set) var plan: SinkPlan?

  /// Those of no interest to any handler: rejected or unwanted.
  var excluded: Set<Int> { unwantedTombstones.union(unwantedUnknown).union(rejections.map(\.index)) }

  /// A record as handlers see it.
  func presented(_ index: Int) -> ChangeRecord { redelivered.isEmpty ? records[index] : redelivered[index] ?? records[index] }

  /// Lets the sink work out ahead what it can, and rejects the records that it finds fault with.
  mutating func makePlan(_ sink: any Sink) {
    let excluded = excluded
    let indices = excluded.isEmpty && redelivered.isEmpty ? nil : records.indices.filter { !excluded.contains($0) }
    plan = sink.plan(indices.map { $0.map { presented($0) } } ?? records, accepted: true)
    guard let plan, !plan.rejected.isEmpty else { return }
    rejections += plan.rejected.compactMap { failure in
      guard let index = failure.index.map({ indices?[$0] ?? $0 }) else { return nil }
      var verdict = FailureClassifier.classify(failure)
      // The failure's index is among the records that the sink was asked about.
      verdict.failureClass = .poison(index: index)
      return Rejection(index: index, stage: .taskPut, verdict: verdict)
    }
    rejections.sort { $0.index < $1.index }
  }

  /// Parses records and sorts out those that no handler will see.
  init(_ polled: [PolledRun], unknownRecords: SyncerConfiguration.UnknownRecords, accepts: (ChangeRecord) -> Bool) {
    var parser = EnvelopeParser()
    var records: [ChangeRecord] = []
    records.reserveCapacity(polled.reduce(0) { $0 + $1.records.count })
    var runs: [Run] = []
    var redelivered: [Int: ChangeRecord] = [:]
    var rejections: [Rejection] = []
    var tombstones: Set<Int> = []
    var unknown: Set<Int> = []
    for run in polled {
      let isRetry = RetryTopics.parse(run.partition.topic) != nil
      runs.append(
        Run(partition: run.partition, epoch: run.epoch, follows: run.follows, range: records.count..<records.count + run.records.count))
      for polled in run.records {
        let index = records.count
        let record = ChangeRecord(parsing: polled, with: &parser)
        records.append(record)
        if isRetry, let original = RetryHeaders.original(of: polled) {
          redelivered[index] = ChangeRecord(record: original, content: record.content)
        }
        if let failure = record.parseFailure {
          rejections.append(
            Rejection(
              index: index, stage: .valueConverter,
              verdict: FailureVerdict(
                .poison(index: index), "The value cannot be parsed: \(failure.reason)", errorName: "MalformedValue")))
        } else if !accepts(redelivered[index] ?? record) {
          if record.isTombstone {
            tombstones.insert(index)
          } else if unknownRecords == .skip {
            unknown.insert(index)
          } else {
            rejections.append(
              Rejection(
                index: index, stage: .transformation,
                verdict: FailureVerdict(
                  .poison(index: index), Self.sentence(forUnknown: record), errorName: "UnknownRecord")))
          }
        }
      }
    }
    self.records = records
    self.redelivered = redelivered
    self.runs = runs
    self.rejections = rejections
    unwantedTombstones = tombstones
    unwantedUnknown = unknown
  }

  /// Names the table, which is no value of a row.
  private static func sentence(forUnknown record: ChangeRecord) -> String {
    switch record.content {
    case .envelope(let envelope):
      "No handler takes changes of table \(envelope.source.schema).\(envelope.source.table) (operation \(envelope.operation.letter))."
    case .other(let reason): "No handler takes this record, and it is \(reason.reason)."
    case .malformed, .tombstone: "No handler takes this record."
    }
  }
}
