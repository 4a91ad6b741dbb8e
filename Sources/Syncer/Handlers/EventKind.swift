/// What an event says has happened, and in which version of its form.
public struct EventKind: Hashable, Sendable, CustomStringConvertible {
  /// The event's type: `OrderPlaced`.
  public var type: String
  /// The version of the payload's form, from 1.
  public var version: Int

  /// A kind of event.
  public init(_ type: String, version: Int = 1) {
    self.type = type
    self.version = version
  }

  /// `OrderPlaced v2`.
  public var description: String { "\(type) v\(version)" }
}
