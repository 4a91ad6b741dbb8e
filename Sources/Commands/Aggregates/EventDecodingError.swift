/// A stored event that this program cannot read.
public struct EventDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stored name.
  public var type: String
  /// The stored version of its form.
  public var schemaVersion: Int
  /// What is wrong with it.
  public var reason: String

  /// Creates an error.
  public init(type: String, schemaVersion: Int, reason: String) {
    self.type = type
    self.schemaVersion = schemaVersion
    self.reason = reason
  }

  /// One sentence, without the payload.
  public var description: String { "event \(type), form \(schemaVersion): \(reason)" }
}
