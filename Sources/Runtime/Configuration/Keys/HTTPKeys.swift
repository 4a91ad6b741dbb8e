/// The keys of one HTTP server, `command.*` or `query.*`.
public struct HTTPKeys: Sendable {
  /// `listen`.
  public let listen: ConfigurationKey<HostPort>
  /// `max_body_bytes`.
  public let maxBodyBytes: ConfigurationKey<ByteSize>
  /// `max_header_bytes`.
  public let maxHeaderBytes: ConfigurationKey<ByteSize>
  /// `max_connections`.
  public let maxConnections: ConfigurationKey<Int>
  /// `request_timeout`.
  public let requestTimeout: ConfigurationKey<Duration>
  /// `idle_timeout`.
  public let idleTimeout: ConfigurationKey<Duration>

  init(section: String, port: Int, label: String, maxBody: ByteSize) {
    listen = ConfigurationKey(
      "\(section).listen", .address, default: HostPort(host: "127.0.0.1", port: port),
      "Where \(label) listens. Loopback by default: there is no authentication, put a proxy in front before listening elsewhere.")
    maxBodyBytes = ConfigurationKey(
      "\(section).max_body_bytes", .byteSize(1...(.mebibytes(64))), default: maxBody,
      "The largest request body; a larger one is answered with 413.")
    maxHeaderBytes = ConfigurationKey(
      "\(section).max_header_bytes", .byteSize(.kibibytes(1)...(.kibibytes(64))), default: .kibibytes(16),
      "The largest sum of a request's header fields and path; a larger one is answered with 431.")
    maxConnections = ConfigurationKey(
      "\(section).max_connections", .integer(1...100_000), default: 1024, "The most connections at a time; more wait to be accepted.")
    requestTimeout = ConfigurationKey(
      "\(section).request_timeout", .duration(.milliseconds(10)...(.seconds(600))), default: .seconds(10),
      "How long one request may take, its body included, before it is answered with 503.")
    idleTimeout = ConfigurationKey(
      "\(section).idle_timeout", .duration(.seconds(1)...(.seconds(3600))), default: .seconds(75), "How long a connection may stay idle.")
  }

  var all: [any ConfigurationDeclaration] { [listen, maxBodyBytes, maxHeaderBytes, maxConnections, requestTimeout, idleTimeout] }
}
