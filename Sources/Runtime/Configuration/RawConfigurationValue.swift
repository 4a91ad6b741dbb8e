/// A value as it was written, before its key's kind has read it.
public enum RawConfigurationValue: Sendable, Equatable {
  /// A single piece of text: a YAML scalar, an environment variable, the right side of `--set`.
  case scalar(String)
  /// A YAML sequence of scalars.
  case list([String])
  /// A YAML mapping below a key that takes one, nested names joined by dots, in the order written.
  case map([Entry])

  /// One entry of a mapping.
  public struct Entry: Sendable, Equatable {
    /// The name, `socket.timeout.ms`.
    public var name: String
    /// The value's text.
    public var value: String

    /// An entry.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// For messages, on one line.
  var text: String {
    switch self {
    case .scalar(let text): text
    case .list(let items): "[" + items.joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }
}
