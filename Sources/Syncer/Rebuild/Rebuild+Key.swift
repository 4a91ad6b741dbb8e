internal import Kafka
internal import Postgres

/// One key alone, in the live version.
extension Rebuild {
  /// The most records of one key that are held in memory.
  private static let maximumRecords = 100_000

  /// Applies the whole history of one key again, in one transaction that first forgets what is there.
  ///
  /// The history is read before anything is held; what the live syncer has applied meanwhile is read while its offsets are held, so that
  /// the key ends exactly where the live group is.
  ///
  /// - Returns: how many records are about the key.
  /// - Throws: ``RebuildError``; nothing has changed then.
  public func rebuild(_ key: VersionedKey, show: @escaping @Sendable (RebuildProgress) -> Void) async throws -> Int {
    let version = ReadModelVersion(projection: projection.name, number: 1)
    let meter = RebuildMeter(version, show: show)
    let scope = try await scopes(version).live
    let targets = ours(try await pool.withConnection { try await store.offsets(scope, $0) })
    let starts = try await starts(
      of: targets.keys.sorted(),
      advice: "what is left of this key's history may be a part of it: rebuild all, without --key and with --from snapshot")
    let spans = targets.sorted { $0.key < $1.key }.map { SpanReader.Span(partition: $0.key, from: starts[$0.key] ?? 0, to: $0.value) }
    meter.begin(.building, left: spans.reduce(0) { $0 + $1.count })
    var found: [ChangeRecord] = []
    try await read(spans, key, meter, into: &found)
    let history = found
    let count = try await pool.transaction { transaction in
      try await store.setLockTimeout(configuration.lockTimeout, transaction)
      let live = ours(try await store.lockedOffsets(scope, transaction))
      // Beyond the offsets, what the key's lane has applied.
      let lanes = try await store.lanes(scope, transaction)
      meter.begin(.following, left: 0)
      var records = history
      let rest = live.map { partition, offset in
        SpanReader.Span(
          partition: partition, from: targets[partition] ?? 0, to: max(offset, lanes[partition]?.next.max() ?? offset))
      }
      try await read(rest.sorted { $0.partition < $1.partition }, key, meter, into: &records) { record in
        record.offset < live[record.topicPartition] ?? 0
          || lanes[record.topicPartition]?.hasApplied(key: record.key, offset: record.offset) ?? false
      }
      guard !records.isEmpty else {
        throw RebuildError(.unknownKey, "no record of the topics is about this key: nothing was changed")
      }
      try await key.forget(transaction)
      for handler in key.handlers where !handler.hasSideEffects {
        let share = HandlerShare(handler, of: records)
        if !share.records.isEmpty { try await share.apply(in: transaction) }
      }
      return records.count
    }
    meter.begin(.live, left: 0)
    return count
  }

  func ours<Value>(_ offsets: [TopicPartition: Value]) -> [TopicPartition: Value] {
    projection.topics.isEmpty ? offsets : offsets.filter { projection.topics.contains($0.key.topic) }
  }

  private func read(
    _ spans: [SpanReader.Span], _ key: VersionedKey, _ meter: RebuildMeter, into found: inout [ChangeRecord],
    isWanted: (ConsumerRecord) -> Bool = { _ in true }
  ) async throws {
    try await SpanReader(configuration: configuration, logger: logger).read(spans) { polled in
      for record in polled where isWanted(record) {
        let record = ChangeRecord(parsing: record)
        guard record.parseFailure == nil, key.isAbout(record) else { continue }
        guard found.count < Self.maximumRecords else {
          throw RebuildError(.unknownKey, "more than \(Self.maximumRecords) records are about this key: rebuild the whole projection")
        }
        found.append(record)
      }
      meter.done(Int64(polled.count))
    } end: { _ in
    }
  }
}
