/// Why a read was not answered.
struct ReadError: Error, Equatable, CustomStringConvertible {
  /// What the client is answered.
  var code: ErrorCode
  /// What was asked and what there is.
  var message: String

  var description: String { "\(code): \(message)" }
}
