/// A refusal as Kafka's administrative APIs answer it: a code and a sentence for whoever asked.
struct ApiError: Error, Equatable, CustomStringConvertible {
  var code: ErrorCode
  /// What was expected and what was found; safe to send. Nil where the code says it all.
  var message: String?

  /// - Parameter message: cut to 2000 bytes. What a client sent stands in it, and older versions cannot carry more than 32767.
  init(_ code: ErrorCode, _ message: String? = nil) {
    self.code = code
    self.message = message.map { $0.utf8.count <= 2000 ? $0 : String(decoding: $0.utf8.prefix(2000), as: UTF8.self) }
  }

  var description: String { message.map { "\(code): \($0)" } ?? "\(code)" }
}
