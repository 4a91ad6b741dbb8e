/// What every client needs: where the cluster is, who we are, and what librdkafka key may be set by name.
public protocol ClientConfiguration: Sendable {
  /// `host:port` of one or more brokers, separated by commas. Required.
  var bootstrapServers: String { get set }
  /// The name that brokers log. Default `sluice`.
  var clientID: String { get set }
  /// TLS and SASL. Default plain text.
  var security: SecurityConfiguration { get set }
  /// How often librdkafka's statistics become metrics. Zero turns them off. Default 15 seconds.
  var statisticsInterval: Duration { get set }
  /// Any librdkafka key by name, set last, so that it wins over the typed ones. Unknown keys and bad values are refused when the
  /// client is made, and so are the few keys that would break what the client promises.
  var extra: [String: String] { get set }
  /// Throws one `KafkaError` (`invalidArgument`) that names every key that is wrong, without making a client.
  func validate() throws
}

/// What the three configurations fill in for the native one.
protocol NativeConfigurable: ClientConfiguration {
  /// Keys that `extra` may not carry, each with the reason.
  var reservedKeys: [String: String] { get }
  func applyOwn(to native: inout NativeConfiguration)
}

extension NativeConfigurable {
  /// Checks all keys and values at once and throws one error that names every one that is wrong.
  public func validate() throws {
    try native().check()
  }

  /// The native configuration with everything set; problems are kept in it until `check()`.
  func native() -> NativeConfiguration {
    var native = NativeConfiguration()
    if bootstrapServers.allSatisfy({ $0.isWhitespace || $0 == "," }) {
      native.reject("bootstrapServers: expected host:port, found \"\(bootstrapServers)\"")
    }
    native.set("bootstrap.servers", bootstrapServers)
    native.set("client.id", clientID)
    native.set("statistics.interval.ms", statisticsInterval, in: 0...86_400_000)
    // The default of 10 ms upwards suits reconnecting within a test and does not hammer a broker that is down for hours.
    native.set("reconnect.backoff.ms", "50")
    native.set("reconnect.backoff.max.ms", "5000")
    security.apply(to: &native)
    applyOwn(to: &native)
    for (key, value) in extra.sorted(by: { $0.key < $1.key }) {
      if let reason = reservedKeys[key] {
        native.reject("extra[\"\(key)\"]: \(reason)")
      } else {
        native.set(key, value, label: "extra[\"\(key)\"]")
      }
    }
    return native
  }
}
