/// Why records were not appended; nothing of the append is in the log then.
struct AppendError: Error, Equatable, CustomStringConvertible {
  /// What the producer is answered.
  var code: ErrorCode
  /// What was expected and what was found; safe to send.
  var message: String

  var description: String { "\(code): \(message)" }
}
