/// One step of a coordinator's log, in the order in which the steps were written.
enum StateEntry: Hashable, Sendable {
  /// A record. With a `producer` it is pending: it counts from the committing marker of the same producer on, and never when the marker
  /// aborts. Of two records of a key that count, the one with the greater offset is the newer, whenever it was committed: compaction keeps
  /// that one. `timestamp` is in milliseconds since the Unix epoch.
  case record(StateRecord, offset: Int64, timestamp: Int64, producer: StateProducer?)
  /// The end of what the producer wrote since its last marker.
  case marker(producerID: Int64, epoch: Int16, committed: Bool)
}
