/// Two commands of one name.
public struct CommandRegistryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public var name: String
  /// One sentence.
  public var description: String { "two commands are registered as \"\(name)\"" }
}
