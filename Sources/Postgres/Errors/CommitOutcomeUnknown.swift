/// COMMIT was sent, and the connection broke (or the deadline passed) before its answer came: the transaction may or may not be committed.
///
/// Nobody but the database can tell which. Look at a position or version that the transaction would have written, then go on from there.
/// An answered COMMIT is never reported with this type: an error of a deferred constraint, for example, is a ``PostgresError`` whose operation is
/// `commit`, and the transaction is rolled back.
public struct CommitOutcomeUnknown: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// What happened instead of an answer.
  public var cause: PostgresError

  /// With what happened instead of an answer.
  public init(cause: PostgresError) {
    self.cause = cause
  }

  /// Safe for anybody.
  public var description: String { "the outcome of COMMIT is unknown: \(cause.description)" }
  /// Everything, for logs.
  public var debugDescription: String { "the outcome of COMMIT is unknown: \(cause.debugDescription)" }
}
