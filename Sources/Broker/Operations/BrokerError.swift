/// The broker cannot start or go on. Says what was expected, what was found and what to do.
public struct BrokerError: Error, Equatable, CustomStringConvertible {
  /// One line, safe to show anybody.
  public var description: String

  init(_ description: String) { self.description = description }
}
