/// What the classifier thinks of an error.
public struct FailureVerdict: Hashable, Sendable {
  /// What to do.
  public var failureClass: FailureClass

  /// What an operator reads: what happened and what will be done, or must be done by them. No SQL, no values of rows.
  public var sentence: String

  /// The kind of error, short: `PostgresError.23505`, `RecordFailure`. Kept in the dead letter's headers.
  public var errorName: String

  /// The kind of error beneath, where there is one.
  public var causeName: String?

  /// The handler that failed; nil where it was the sink itself or no handler was asked.
  public var handler: String?

  /// A verdict.
  public init(_ failureClass: FailureClass, _ sentence: String, errorName: String, causeName: String? = nil, handler: String? = nil) {
    self.failureClass = failureClass
    self.sentence = sentence
    self.errorName = errorName
    self.causeName = causeName
    self.handler = handler
  }
}
