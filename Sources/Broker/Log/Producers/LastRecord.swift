/// The end of what a partition has of a live producer; compaction must leave it, or a restart would forget the sequence and the epoch.
struct LastRecord: Equatable, Sendable {
  /// Offset of the producer's last record of data; nil where all that is known comes from a marker.
  var lastDataOffset: Int64?
  var producerEpoch: Int16
}
