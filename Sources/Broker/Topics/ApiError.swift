/// A refusal as Kafka's administrative APIs answer it: a code and a sentence for whoever asked.
struct ApiError: Error, Equatable, CustomStringConvertible {
  var code: ErrorCode
  /// What was expected and what was found; safe to send. Nil where the code says it all.
  var message: String?

  init(_ code: ErrorCode, _ message: String? = nil) {
    self.code = code
    self.message = message
  }

  var description: String { message.map { "\(code): \($0)" } ?? "\(code)" }
}
