/// When appended records are synced to the disk (fsync), which decides what a power failure may take; a killed broker loses nothing under any
/// of them, since what was written is the operating system's then.
public enum FlushPolicy: Equatable, Sendable {
  /// Before a producer is answered, many producers' batches with one sync: nothing that was acknowledged is lost.
  case everyBatch
  /// Every so many milliseconds: what came since the last sync may be lost.
  case interval(milliseconds: Int64)
  /// When the operating system sees fit, Kafka's default (`log.flush.interval.messages` unset).
  case os

  /// Once a second.
  public static let standard = FlushPolicy.interval(milliseconds: 1000)
}
