/// How the text of one configuration key becomes a value: what is accepted, said in words and done by a function.
public struct ConfigurationKind<Value: Sendable>: Sendable {
  /// What is accepted, to end the phrase "expected …".
  public let expected: String
  /// One value, a list or a mapping.
  public let shape: ConfigurationShape
  /// True for values that stand in no file, no flag and no message.
  public let isSecret: Bool
  /// True for values that name files: relative ones in a configuration file are relative to that file's folder.
  public let isPath: Bool
  let read: @Sendable (RawConfigurationValue) -> Value?
  let write: @Sendable (Value) -> String

  /// A kind of one's own.
  /// - Parameters:
  ///   - expected: ends "expected …" in messages and stands in the reference.
  ///   - shape: one value, a list or a mapping.
  ///   - isSecret: refuse the value in files and flags, never print it.
  ///   - isPath: resolve relative paths against the configuration file's folder.
  ///   - read: the value, or nil when the text is not as expected.
  ///   - write: the value as text that `read` accepts.
  public init(
    expected: String, shape: ConfigurationShape = .scalar, isSecret: Bool = false, isPath: Bool = false,
    read: @escaping @Sendable (RawConfigurationValue) -> Value?, write: @escaping @Sendable (Value) -> String
  ) {
    self.expected = expected
    self.shape = shape
    self.isSecret = isSecret
    self.isPath = isPath
    self.read = read
    self.write = write
  }

  /// The same kind for a key that may be left unset.
  public func optional() -> ConfigurationKind<Value?> {
    let read = read
    let write = write
    let readOptional: @Sendable (RawConfigurationValue) -> Value?? = { raw in
      guard let value = read(raw) else { return nil }
      return .some(.some(value))
    }
    let writeOptional: @Sendable (Value?) -> String = { value in value.map(write) ?? "" }
    return ConfigurationKind<Value?>(
      expected: expected, shape: shape, isSecret: isSecret, isPath: isPath, read: readOptional, write: writeOptional)
  }
}
