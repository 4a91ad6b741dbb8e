public import Runtime

/// Where a server listens and what it lets pass.
public struct HTTPServerConfiguration: Sendable {
  /// Default 127.0.0.1 and a free port.
  public var listen = HostPort(host: "127.0.0.1", port: 0)
  /// The largest sum of header fields and path, in bytes.
  public var maxHeaderBytes = 16 << 10
  /// The most connections at a time.
  public var maxConnections = 1024
  /// From the head of a request to the head of its answer.
  public var requestTimeout: Duration = .seconds(10)
  /// After which a connection without traffic is closed.
  public var idleTimeout: Duration = .seconds(75)

  /// The defaults.
  public init() {}

  /// The values of one server's keys.
  public init(_ configuration: Configuration, _ keys: HTTPKeys) {
    listen = configuration[keys.listen]
    maxHeaderBytes = configuration[keys.maxHeaderBytes].bytes
    maxConnections = configuration[keys.maxConnections]
    requestTimeout = configuration[keys.requestTimeout]
    idleTimeout = configuration[keys.idleTimeout]
  }

  /// The defaults at another address, for servers of metrics and health alone.
  public init(listen: HostPort) { self.listen = listen }
}
