/// A dead letter and what has become of it.
public struct DeadLetterItem: Hashable, Sendable {
  /// The letter.
  public var letter: StoredDeadLetter
  /// What has become of it.
  public var state: DeadLetterState

  /// A letter in this state.
  public init(_ letter: StoredDeadLetter, _ state: DeadLetterState) {
    self.letter = letter
    self.state = state
  }
}
