/// Why bytes are not an envelope.
public struct EnvelopeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Sendable, Hashable {
    /// No bytes at all.
    case empty
    /// Longer than 64 MiB.
    case tooLarge
    /// Not JSON: truncated, garbage, a number that nothing can hold.
    case invalidJSON
    /// Not UTF-8.
    case invalidUTF8
    /// Nested deeper than 64 levels.
    case tooDeep
    /// JSON, but neither an object nor an object wrapped as `{schema, payload}`.
    case notAnObject
    /// A field that each envelope has is not there.
    case missingField
    /// A field is there with a wrong type.
    case wrongType
    /// No memory.
    case outOfMemory
  }

  /// The kind.
  public var code: Code
  /// What was found and what was expected; never contains values of rows.
  public var reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Safe to show.
  public var description: String { "not a change event: \(reason)" }
}
