/// A host and a TCP port, `127.0.0.1:8080` or `[::1]:8080`.
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
  /// A name or an address, without brackets.
  public var host: String
  /// 0 to 65535; 0 asks for a free port.
  public var port: Int

  /// An address from its parts.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; nil when the host is missing (write 0.0.0.0 to mean every interface) or the port is no port.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let portText = text[text.index(after: colon)...]
    guard !portText.isEmpty, portText.utf8.count <= 5, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(portText), port <= 65535
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "/@[],\"'".contains($0) }) else { return nil }
    self.init(host: String(host), port: port)
  }

  /// True for addresses that only this machine reaches.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4) }

  /// The text that ``init(_:)`` reads.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
