/// What must hold between several keys. Each message names both values and where they were set.
enum ConfigurationRules {
  static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
    kafka(configuration) + database(configuration, Keys.Write.database) + database(configuration, Keys.Read.database)
      + limits(configuration) + addresses(configuration) + broker(configuration)
  }

  private static func kafka(_ c: Configuration) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    let security = c[Keys.Kafka.securityProtocol]
    if security.usesSASL {
      if c[Keys.Kafka.saslMechanism] == nil, !c[Keys.Kafka.extra].keys.contains(where: { $0.hasPrefix("sasl.") }) {
        problems.append(c.problem(Keys.Kafka.securityProtocol, "needs kafka.security.sasl_mechanism, which is not set"))
      }
    } else if c[Keys.Kafka.saslMechanism] != nil {
      problems.append(
        c.problem(
          Keys.Kafka.saslMechanism,
          "needs kafka.security.protocol sasl_plaintext or sasl_ssl, which is \"\(security.rawValue)\" (\(c.origin(of: Keys.Kafka.securityProtocol)))"
        ))
    }
    if c[Keys.Kafka.saslMechanism] != nil, c[Keys.Kafka.username] == nil {
      problems.append(c.problem(Keys.Kafka.saslMechanism, "needs kafka.security.username, which is not set"))
    }
    problems += exclusive(c, Keys.Kafka.password, Keys.Kafka.passwordFile)
    problems += together(c, Keys.Kafka.certificateFile, Keys.Kafka.keyFile)
    for name in ["bootstrap.servers", "metadata.broker.list", "group.id", "enable.auto.commit"] where c[Keys.Kafka.extra][name] != nil {
      problems.append(
        ConfigurationProblem(
          key: "kafka.extra.\(name)", value: c[Keys.Kafka.extra][name], reason: "is set by Sluice itself and cannot be set here",
          origin: c.origin(of: Keys.Kafka.extra)))
    }
    return problems
  }

  private static func database(_ c: Configuration, _ keys: DatabaseKeys) -> [ConfigurationProblem] {
    var problems = exclusive(c, keys.password, keys.passwordFile)
    guard let url = c[keys.url] else { return problems }
    let urlOrigin = c.origin(of: keys.url)
    let authority = url.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
    let hasPassword = authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false || url.contains("password=")
    let fromEnvironment = if case .environment = urlOrigin { true } else { false }
    if hasPassword, !fromEnvironment {
      problems.append(
        ConfigurationProblem(
          key: keys.url.name, reason: "has a password in it; use \(keys.passwordFile.name), or set the URL as \(keys.url.environmentName)",
          origin: urlOrigin))
    }
    func clash<Value>(_ key: ConfigurationKey<Value>) {
      let origin = c.origin(of: key)
      // The weaker source yields: a URL from the environment replaces host and port of the file without complaint.
      guard origin != .byDefault, rank(origin) >= rank(urlOrigin) else { return }
      problems.append(c.problem(key, "cannot be set together with \(keys.url.name) (\(urlOrigin))"))
    }
    clash(keys.host)
    clash(keys.port)
    clash(keys.user)
    clash(keys.database)
    return problems
  }

  private static func limits(_ c: Configuration) -> [ConfigurationProblem] {
    ordered(c, Keys.Syncer.retryInitialDelay, atMost: Keys.Syncer.retryMaxDelay)
      + ordered(c, Keys.Syncer.fetchWait, atMost: Keys.Syncer.maxPollInterval)
      + ordered(c, Keys.Query.defaultPageSize, atMost: Keys.Query.maxPageSize)
      + ordered(c, Keys.Write.database.acquireTimeout, atMost: Keys.Command.http.requestTimeout)
      + ordered(c, Keys.Read.database.acquireTimeout, atMost: Keys.Query.http.requestTimeout)
  }

  private static func broker(_ c: Configuration) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    let host = c[Keys.Broker.listen].host
    let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
    if !isLoopback, !c[Keys.Broker.allowRemote] {
      problems.append(
        c.problem(
          Keys.Broker.listen,
          "is not a loopback address, and the broker has no authentication: set broker.allow_remote where whoever reaches it may do everything"
        ))
    }
    if ["0.0.0.0", "::"].contains(host), c[Keys.Broker.advertise] == nil {
      problems.append(c.problem(Keys.Broker.listen, "is every address: set broker.advertise to the one that clients connect to"))
    }
    return problems
  }

  private static func addresses(_ c: Configuration) -> [ConfigurationProblem] {
    let keys = [
      Keys.Command.http.listen, Keys.Query.http.listen, Keys.Capture.listen, Keys.Syncer.listen, Keys.Broker.listen, Keys.Broker.httpListen,
    ]
    var problems: [ConfigurationProblem] = []
    for (index, later) in keys.enumerated() where c[later].port != 0 {
      for earlier in keys[..<index] where c[earlier] == c[later] {
        problems.append(c.problem(later, "is also \(earlier.name) (\(c.origin(of: earlier)))"))
      }
    }
    return problems
  }

  private static func ordered<Value: Comparable>(
    _ c: Configuration, _ small: ConfigurationKey<Value>, atMost large: ConfigurationKey<Value>
  ) -> [ConfigurationProblem] {
    guard c[small] > c[large] else { return [] }
    return [c.problem(small, "expected at most \(large.name), which is \"\(large.kind.write(c[large]))\" (\(c.origin(of: large)))")]
  }

  private static func exclusive(
    _ c: Configuration, _ key: ConfigurationKey<String?>, _ other: ConfigurationKey<String?>
  ) -> [ConfigurationProblem] {
    guard c[key] != nil, c[other] != nil else { return [] }
    // The environment wins over the file, also between these two.
    guard rank(c.origin(of: other)) >= rank(c.origin(of: key)) else { return [] }
    return [c.problem(other, "cannot be set together with \(key.name) (\(c.origin(of: key)))")]
  }

  private static func together(
    _ c: Configuration, _ key: ConfigurationKey<String?>, _ other: ConfigurationKey<String?>
  ) -> [ConfigurationProblem] {
    switch (c[key], c[other]) {
    case (.some, nil): [c.problem(key, "needs \(other.name), which is not set")]
    case (nil, .some): [c.problem(other, "needs \(key.name), which is not set")]
    default: []
    }
  }

  private static func rank(_ origin: ConfigurationOrigin) -> Int {
    switch origin {
    case .byDefault: 0
    case .file: 1
    case .environment: 2
    case .flag: 3
    }
  }
}
