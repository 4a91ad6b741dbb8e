internal import Kafka
internal import Logging

/// Finds out where to begin in a partition: at the offset that the sink has stored, which wins over the one that Kafka has.
struct Positioner: Sendable {
  let source: any RecordSource
  let sink: any Sink
  let policy: SyncerConfiguration.OutOfRange
  /// Into how many lanes partitions are to be divided.
  var lanes = 1
  let logger: Logger

  /// The stored offset of each partition that has one, checked against what the partition holds.
  ///
  /// - Throws: ``SyncerError`` where an offset is out of range and the policy is to fail; what the sink throws.
  func starts(of partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    var stored = try await sink.storedOffsets(for: partitions)
    guard !stored.isEmpty else { return [:] }
    let watermarks: [TopicPartition: Watermarks]
    do {
      watermarks = try await source.watermarks(of: stored.keys.sorted())
    } catch {
      // The offsets are used unchecked; the consumer cannot fetch either while Kafka does not answer, and lag is watched later on.
      logger.warning("watermarks are not known, so stored offsets are not checked: \(error)")
      return stored
    }
    for (partition, offset) in stored {
      guard let (low, high) = watermarks[partition].map({ ($0.low, $0.high) }),
        let error = Self.misfit(partition, stored: offset, low: low, high: high)
      else { continue }
      switch policy {
      case .fail:
        throw error
      case .earliest:
        logger.error("\(error.reason) Going on at the beginning, offset \(low).")
        try await sink.resetOffset(of: partition, expected: offset, to: low)
        stored[partition] = low
      }
    }
    return stored
  }

  /// Where to begin in each partition, and the lanes in force; a partition without a stored offset is absent.
  ///
  /// - Throws: as ``starts(of:)``.
  func positions(of partitions: [TopicPartition]) async throws -> [TopicPartition: (start: Int64, lanes: LaneProgress?)] {
    let starts = try await starts(of: partitions)
    guard !starts.isEmpty else { return [:] }
    // Asked after the offsets: lanes may have come further since, never less far.
    let lanes = try await sink.takeLanes(lanes, of: starts.keys.sorted())
    return Dictionary(uniqueKeysWithValues: starts.map { ($0.key, ($0.value, lanes[$0.key])) })
  }

  /// Whether a stored offset lies outside of what the partition holds, and how. Pure.
  static func misfit(_ partition: TopicPartition, stored: Int64, low: Int64, high: Int64) -> SyncerError? {
    let place = "\(partition.topic)[\(partition.partition)]"
    if stored > high {
      return SyncerError(
        .storedOffsetBeyondEnd,
        "The stored offset \(stored) of \(place) lies beyond its end \(high): the topic was created anew or the cluster has lost records. "
          + "Set the policy for offsets out of range to earliest to apply what is there.")
    }
    if stored < low {
      return SyncerError(
        .storedOffsetBelowStart,
        "The stored offset \(stored) of \(place) lies before its beginning \(low): retention has removed \(low - stored) offsets that were "
          + "never applied. Rebuild the read model, or set the policy for offsets out of range to earliest to go on without them.")
    }
    return nil
  }
}
