/// Why a syncer cannot run.
public struct SyncerError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The kind of failure.
  public enum Code: String, Hashable, Sendable {
    /// The configuration contradicts itself.
    case configuration
    /// Another process has taken this member's place in the group, by the same instance ID.
    case fencedInstance
    /// Kafka did not answer at the start, in time.
    case kafkaUnavailable
    /// The sink did not answer at the start, in time.
    case sinkUnavailable
    /// The sink refused to be made ready.
    case sinkRefused
    /// A sink was used before it was prepared.
    case notPrepared
    /// A stored offset lies beyond the partition's end: the topic was deleted and created again, or the cluster lost data.
    case storedOffsetBeyondEnd
    /// A stored offset lies before the partition's beginning: retention has removed records that were never applied.
    case storedOffsetBelowStart
    /// What was in flight when a stop was asked for could not be finished in time.
    case stopDeadlineExceeded
  }

  /// The kind.
  public let code: Code

  /// What was expected, what was found, and what to do; safe to show anybody.
  public let reason: String

  /// The error beneath.
  public let cause: (any Error)?

  /// An error of this kind.
  public init(_ code: Code, _ reason: String, cause: (any Error)? = nil) {
    self.code = code
    self.reason = reason
    self.cause = cause
  }

  /// One line, safe to show anybody.
  public var description: String { reason }

  /// For logs: with the error beneath.
  public var debugDescription: String {
    "\(code.rawValue): \(reason)\(cause.map { " [\(String(reflecting: $0))]" } ?? "")"
  }
}
