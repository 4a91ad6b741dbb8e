/// A request about connectors that is refused; the text is safe to show anybody.
public struct ConnectorRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whose turn it is.
  public enum Kind: Sendable, Hashable {
    /// There is no such connector, task or plug-in.
    case notFound
    /// There is one of that name already, or it is in another state than is needed.
    case conflict
    /// What was sent cannot be used.
    case invalid
    /// This process does not do that.
    case forbidden
    /// The database, Kafka or a disk did not do its part.
    case failed
  }

  /// Whose turn it is.
  public var kind: Kind
  /// What was found, what was expected, what to do.
  public var message: String

  /// See the properties.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }

  static func unknown(_ name: String) -> ConnectorRequestError { ConnectorRequestError(.notFound, "Connector \(name) not found") }
}
