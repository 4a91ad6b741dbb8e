import FoundationEssentials

/// What an idempotency key means for the request at hand.
enum IdempotencyClaim: Sendable, Hashable {
  /// Nobody used it before: carry the command out and remember the answer.
  case new
  /// This command answered the same request before.
  case replay(commandID: UUID)
}
