/// A request to a running capture, as Debezium's signals are: `id`, `type` and `data`.
///
/// Types: `execute-snapshot`, `stop-snapshot`, `pause-snapshot`, `resume-snapshot`, `log`. Source: Debezium documentation, "Sending signals to a
/// Debezium connector".
public struct CaptureSignal: Hashable, Sendable {
  /// The sender's name for it; notifications about a snapshot carry it.
  public var id: String
  /// What is asked for.
  public var type: String
  /// A JSON object with the details; empty is the same as `{}`.
  public var data: String
  /// By which way it came, which tells whether it was handled before a restart.
  var origin: SignalOrigin

  /// Makes a signal; nothing is checked before it is sent.
  public init(id: String, type: String, data: String = "") {
    self.init(id: id, type: type, data: data, origin: .unnumbered)
  }

  init(id: String, type: String, data: String, origin: SignalOrigin) {
    self.id = id
    self.type = type
    self.data = data
    self.origin = origin
  }
}
