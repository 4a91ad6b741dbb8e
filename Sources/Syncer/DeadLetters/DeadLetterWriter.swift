/// Where dead letters go.
public protocol DeadLetterWriter: Sendable {
  /// Writes `letters` in order and returns when each is acknowledged for good or has failed.
  ///
  /// - Returns: those that were not acknowledged, with the index in `letters`, in order. They are written again later: the offset of a
  ///   record does not move before its dead letter is acknowledged.
  func write(_ letters: [DeadLetter]) async -> [DeadLetterFailure]

  /// Nothing more comes. Called by the engine at its end.
  func close(deadline: Duration) async
}
