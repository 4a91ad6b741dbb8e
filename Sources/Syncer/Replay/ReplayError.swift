/// Why a replay cannot be done.
public struct ReplayError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Hashable, Sendable {
    /// The group has members.
    case groupIsActive
    /// Neither the group nor the selection names a partition.
    case nothingToMove
    /// A topic is not there.
    case unknownTopic
    /// A partition is not there.
    case unknownPartition
    /// A shift of a partition that has no position.
    case noPosition
    /// Kafka gave no answer about a partition.
    case kafkaUnavailable
    /// Kafka has refused the new offsets, and the read database has them already.
    case kafkaRefused
    /// Somebody else has moved the stored offsets meanwhile.
    case movedMeanwhile
  }

  /// The kind.
  public let code: Code

  /// What was expected, what was found, and what to do.
  public let description: String

  /// An error of this kind.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
