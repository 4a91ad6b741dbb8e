/// Where dead letters go.
public protocol DeadLetterWriter: Sendable {
  /// Writes `letters` in order and returns when each is acknowledged for good or has failed.
  ///
  /// - Returns: those that were not acknowledged, with the index in `letters`, in order. They are written again later: the offset of a
  ///   record does not move before its dead letter is acknowledged.
  func write(_ letters: [DeadLetter]) async -> [DeadLetterFailure]

  /// Makes the retry topics of these topics, as far as they exist, so that they can be subscribed before the first record goes there. What goes wrong
  /// there shows when a record is written.
  func prepareRetries(of topics: [String], count: Int) async

  /// Nothing more comes. Called by the engine at its end.
  func close(deadline: Duration) async
}

extension DeadLetterWriter {
  /// Nothing to make.
  public func prepareRetries(of topics: [String], count: Int) async {}
}
