/// A value that prints as `***`, so that a secret does not reach a log by interpolation or reflection.
public struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret itself, for the one place that needs it.
  public let exposed: Value

  /// Hides a value.
  public init(_ value: Value) { exposed = value }

  /// `***`.
  public var description: String { "***" }
  /// `***`.
  public var debugDescription: String { "***" }
  /// Without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
