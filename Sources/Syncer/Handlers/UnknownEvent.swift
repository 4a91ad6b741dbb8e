/// An event that nobody has registered for, where the policy is ``UnknownEventPolicy/stop``. Ends the engine.
public struct UnknownEvent: Error, Hashable, Sendable, CustomStringConvertible {
  /// The handlers that were asked.
  public let handler: String
  /// What the event is.
  public let kind: EventKind
  /// Where it stands: `topic[partition]@offset`.
  public let place: String

  /// For whoever reads the last line of the log.
  public var description: String {
    "\(handler) has no handler for \(kind) at \(place), and its policy for unknown events is to stop: "
      + "deploy a version that knows it, or set the policy to skip or park"
  }
}
