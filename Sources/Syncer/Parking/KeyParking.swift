internal import Kafka
internal import Logging

/// What an applier does about parked keys: it knows which may be parked, says what of a batch is to be parked, and notes what became of it.
struct KeyParking: Sendable {
  /// A record that is not applied, as it failed for good.
  struct Condemned: Sendable {
    var errorClass: ParkedErrorClass
    var verdict: FailureVerdict
  }

  let sink: any ParkingSink
  let settings: ParkingSettings
  let state: EngineState
  let metrics: FailureMetrics
  let logger: Logger

  /// Nil where keys are not parked: by configuration, or as the sink cannot.
  init?(sink: any Sink, configuration: SyncerConfiguration, state: EngineState, metrics: FailureMetrics, logger: Logger) {
    guard configuration.failures == .park, let sink = sink as? any ParkingSink else { return nil }
    self.sink = sink
    settings = configuration.parking
    self.state = state
    self.metrics = metrics
    self.logger = logger
  }

  // MARK: Before

  /// Reads which keys of a batch's partitions are parked, where that is not known.
  func load(_ runs: [PolledBatch.Run]) async throws {
    let (missing, generation, isCounted) = state.withLock { contents in
      let missing = runs.compactMap { run -> (TopicPartition, Int)? in
        guard let epoch = run.epoch, contents.ledger.admittedFrom(run.partition, epoch: epoch) != nil,
          !contents.parked.isLoaded(run.partition, epoch: epoch)
        else { return nil }
        return (run.partition, epoch)
      }
      return (missing, contents.parked.generation, contents.budget?.totals != nil)
    }
    if !isCounted { try await count() }
    guard !missing.isEmpty else { return }
    let hashes = try await sink.parkedHashes(of: missing.map(\.0))
    state.withLock { contents in
      for (partition, epoch) in missing {
        contents.parked.load(partition, epoch: epoch, hashes: hashes[partition] ?? [], generation: generation)
      }
    }
  }

  /// Counts what the group has parked.
  func count() async throws {
    let totals = try await sink.parkingTotals()
    let now = state.clock.milliseconds
    let isRoom = state.withLock { contents in
      var budget = contents.budget ?? ParkingBudget(settings)
      budget.counted(totals)
      contents.budget = budget
      let isFull = contents.holds.problem != nil
      if budget.exhaustion == nil { contents.holds.parkingHasRoom() }
      return isFull && budget.exhaustion == nil
    }
    metrics.totals(totals, now: now)
    if isRoom { logger.notice("there is room to park again: partitions that waited for it go on") }
  }

  /// Whether a record that failed may be parked now. Where it may not, its partition is held: what was polled of it is dropped, and polled again from
  /// what is stored when there is room.
  func admits(_ index: Int, of batch: PolledBatch) -> Bool {
    let record = batch.records[index].record
    guard record.key != nil else { return true }
    // Where nothing is stored, the batch holds the first that was ever polled.
    let first = batch.runs.first { $0.partition == record.topicPartition }.map { batch.records[$0.range.lowerBound].offset }
    return state.withLock { contents in
      guard let reason = contents.budget?.exhaustion else { return true }
      hold([record.topicPartition: first ?? record.offset], reason, &contents)
      return false
    }
  }

  /// What is to be parked with a portion. Nil where the portion has to be made anew: the keys of one of its partitions are not known any more, or it has to
  /// wait until there is room.
  func parking(of portion: Portion, in batch: PolledBatch, _ condemned: [Int: Condemned]) -> BatchParking? {
    var parking = BatchParking()
    for index in portion.passed {
      guard let reason = condemned[index], let key = batch.records[index].key else { continue }
      parking.failed.append(
        BatchParking.Failed(
          record: batch.records[index].record, key: key, errorClass: reason.errorClass, verdict: reason.verdict,
          retryAfter: reason.errorClass == .malformed ? nil : settings.retryAfter(reason.verdict, attempts: 0, random: .random(in: 0..<1))))
    }
    let epochs = Dictionary(batch.runs.map { ($0.partition, $0.epoch) }) { first, _ in first }
    var hashes: [TopicPartition: Set<Int64>] = [:]
    let isKnown = state.withLock { contents in
      for partition in portion.partitions {
        guard contents.parked.isLoaded(partition, epoch: epochs[partition] ?? nil) else { return false }
        if let found = contents.parked.hashes(of: partition) { hashes[partition] = found }
      }
      return true
    }
    guard isKnown else { return nil }
    parking.suspects = Self.suspects(portion.batch.records, hashes: hashes, failed: parking.failed)
    guard !parking.isEmpty else { return parking }

    // The first of each partition that would park: from there it is polled again.
    var first: [TopicPartition: Int64] = [:]
    for partition in Set(parking.failed.map(\.record.topicPartition) + parking.suspects.map { portion.batch.records[$0].topicPartition }) {
      first[partition] = portion.starts[partition]
    }
    let isAdmitted = state.withLock { contents in
      guard let reason = contents.budget?.exhaustion else { return true }
      hold(first, reason, &contents)
      return false
    }
    return isAdmitted ? parking : nil
  }

  /// The records whose key may be parked, or is parked with one that failed before it. Pure.
  static func suspects(
    _ records: [ChangeRecord], hashes: [TopicPartition: Set<Int64>], failed failures: [BatchParking.Failed]
  ) -> [Int] {
    guard !hashes.isEmpty || !failures.isEmpty else { return [] }
    var failing: [TopicPartition: Set<Int64>] = [:]
    for failure in failures { failing[failure.record.topicPartition, default: []].insert(KeyHash.of(failure.key)) }
    // Records of one partition stand together: the dictionaries are asked once for all of them.
    var (topic, partition, parked, failed) = ("", Int32(-1), Set<Int64>?.none, Set<Int64>?.none)
    return records.indices.filter { index in
      let record = records[index]
      if record.partition != partition || record.topic != topic {
        (topic, partition) = (record.topic, record.partition)
        (parked, failed) = (hashes[record.topicPartition], failing[record.topicPartition])
      }
      guard parked != nil || failed != nil, let key = record.key else { return false }
      let hash = KeyHash.of(key)
      return parked?.contains(hash) == true || failed?.contains(hash) == true
    }
  }

  // MARK: After

  /// What may be parked of these partitions has to be read again before anything of them is applied.
  func forget(_ partitions: Set<TopicPartition>) { state.withLock { $0.parked.forget(partitions) } }

  /// What ``committed(_:_:since:)`` wants to know of the time before.
  func versions(_ partitions: Set<TopicPartition>) -> [TopicPartition: Int] { state.withLock { $0.parked.versions(of: partitions) } }

  /// A portion was committed.
  func committed(_ parking: BatchParking, _ outcome: ParkingOutcome, since versions: [TopicPartition: Int]) {
    guard !parking.isEmpty else { return }
    state.withLock { contents in
      contents.parked.settled(outcome, since: versions)
      contents.budget?.added(keys: outcome.keysParked, records: outcome.records, bytes: outcome.bytes)
      contents.counts.keysParked += UInt64(outcome.keysParked)
      contents.counts.recordsParked += UInt64(outcome.records)
    }
    metrics.parked(outcome)
    if outcome.keysParked > 0 {
      let first = parking.failed.first
      logger.warning(
        "keys were parked: their later records wait until they are resolved or discarded (sluice dlq)",
        metadata: [
          "keys": "\(outcome.keysParked)", "records": "\(outcome.records)",
          "first": "\(first.map { "\($0.record.topicPartition)@\($0.record.offset)" } ?? "-")",
        ])
    } else if outcome.records > 0 {
      logger.debug("records were put behind parked keys", metadata: ["records": "\(outcome.records)"])
    }
  }

  private func hold(_ partitions: [TopicPartition: Int64], _ reason: String, _ contents: inout EngineState.Contents) {
    for (partition, offset) in partitions {
      contents.holds.hold(partition, .parkingFull(reason))
      contents.ledger.unposition(partition, from: offset)
    }
    logger.error("\(reason)", metadata: ["partitions": "\(partitions.keys.sorted())"])
  }
}
