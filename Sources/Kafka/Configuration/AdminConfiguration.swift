/// How an `Admin` reaches the cluster.
public struct AdminConfiguration: NativeConfigurable {
  /// `host:port` of one or more brokers, separated by commas. Required.
  public var bootstrapServers: String
  /// The name that brokers log. Default `sluice`.
  public var clientID: String
  /// TLS and SASL. Default plain text.
  public var security: SecurityConfiguration
  /// How often librdkafka's statistics become metrics. Default zero: not at all.
  public var statisticsInterval: Duration
  /// Any librdkafka key by name, set last. Unknown keys, bad values and reserved keys are refused.
  public var extra: [String: String]

  /// How long each call may take. Default 30 s.
  public var timeout: Duration

  /// A configuration with the defaults; statistics are off.
  public init(
    bootstrapServers: String, clientID: String = "sluice", security: SecurityConfiguration = .plaintext,
    timeout: Duration = .seconds(30), extra: [String: String] = [:]
  ) {
    self.bootstrapServers = bootstrapServers
    self.clientID = clientID
    self.security = security
    self.statisticsInterval = .zero
    self.timeout = timeout
    self.extra = extra
  }

  var reservedKeys: [String: String] {
    ["bootstrap.servers": "use bootstrapServers", "metadata.broker.list": "use bootstrapServers"]
  }

  func applyOwn(to native: inout NativeConfiguration) {
    // To ask for a topic must not make it.
    native.set("allow.auto.create.topics", "false")
    if timeout <= .zero || timeout > .seconds(3600) {
      native.reject("timeout: expected more than zero and at most an hour, found \(timeout)")
    }
  }
}
