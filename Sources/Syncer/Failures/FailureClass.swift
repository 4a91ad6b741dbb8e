/// What a failure means for the records, the batch and the sink.
public enum FailureClass: Hashable, Sendable {
  /// May pass by itself: the batch is tried again with back-off, and halved to find a culprit when the attempts are used up.
  case transient
  /// Will not pass by itself and some record of the batch is at fault: the batch is halved to find it.
  case permanent
  /// The record at this index is at fault: the ones before it are applied, it is dead-lettered, the rest goes on.
  case poison(index: Int)
  /// The sink takes no records at all now: consumption pauses, nothing is dead-lettered, it is tried again until it works.
  case sinkDown
}
