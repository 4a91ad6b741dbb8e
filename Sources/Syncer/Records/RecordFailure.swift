/// Thrown by a ``Handler`` to name the record that is at fault, so that the others need not be searched for it.
///
/// What follows depends on `cause`: one that says that the database is away or busy is retried as always, anything else dead-letters
/// the record.
public struct RecordFailure: Error, Sendable, CustomStringConvertible {
  /// The index of the record in the array that the handler was given.
  public let index: Int

  /// One sentence for operators; it ends up in the dead letter's headers and must hold no values of the row and no SQL.
  public let reason: String

  /// The error beneath, where there is one.
  public let cause: (any Error)?

  /// Names the record at `index` of the array that the handler was given.
  public init(index: Int, reason: String, cause: (any Error)? = nil) {
    self.index = index
    self.reason = reason
    self.cause = cause
  }

  /// The reason, safe to show anybody.
  public var description: String { reason }
}
