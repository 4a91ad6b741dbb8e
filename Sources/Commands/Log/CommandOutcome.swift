/// How a command ended, as it is logged and replayed.
enum CommandOutcome: Sendable, Hashable {
  /// Carried out.
  case completed(CommandReceipt)
  /// Refused.
  case rejected(CommandError)

  /// The outcome as the bus's answer.
  func answer(replayed: Bool) throws(CommandError) -> CommandReceipt {
    switch self {
    case .completed(var receipt):
      receipt.replayed = replayed
      return receipt
    case .rejected(let error): throw error
    }
  }
}
