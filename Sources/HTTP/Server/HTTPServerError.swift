public import Runtime

/// A server that could not begin to listen.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
  /// Where it should have listened.
  public var address: HostPort
  /// The operating system's words.
  public var reason: String

  /// One sentence.
  public var description: String {
    let hint = reason.contains("ddress already in use") ? "the address is in use by another process" : reason
    return "cannot listen on \(address): \(hint)"
  }
}
