/// Why a signal was not taken, in one line that names it.
public struct SignalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The signal's `id`.
  public var id: String
  /// What was found and what was expected.
  public var reason: String

  init(_ signal: CaptureSignal, _ reason: String) {
    id = signal.id
    let type = signal.type.isEmpty ? "without a type" : "of type \(JSONDocument.quoted(signal.type))"
    self.reason = "signal \(JSONDocument.quoted(signal.id)) \(type): \(reason)"
  }

  /// The reason.
  public var description: String { reason }
}
