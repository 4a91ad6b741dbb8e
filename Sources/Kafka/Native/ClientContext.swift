internal import CRDKafka
internal import Logging
internal import Synchronization

/// What librdkafka's callbacks reach: it is the client's opaque pointer, retained until the client is destroyed.
///
/// Log lines come from any of librdkafka's threads, events from its background thread, one at a time.
final class ClientContext: Sendable {
  let logger: Logger
  let deliveries: DeliveryTable?
  let tokenProvider: (any OAuthTokenProvider)?
  let metrics: StatisticsMetrics
  /// Weak, because the handle keeps this object alive. A token may arrive after the client has gone.
  let client = Mutex(WeakClient())

  struct WeakClient: Sendable {
    weak var handle: ClientHandle?
    /// A fatal error comes again with every call that meets it; it is logged once.
    var isFatalLogged = false
  }

  init(role: String, configuration: some ClientConfiguration, deliveries: DeliveryTable? = nil, logger: Logger) {
    var logger = logger
    logger[metadataKey: "kafka-client"] = "\(configuration.clientID)/\(role)"
    self.logger = logger
    self.deliveries = deliveries
    tokenProvider = configuration.security.sasl?.tokenProvider
    metrics = StatisticsMetrics(role: role, clientID: configuration.clientID)
  }

  /// The client has ended and cannot be freed.
  func leftBehind() {
    logger.debug(
      "the consumer ended before its group gave it partitions: librdkafka \(String(cString: rd_kafka_version_str())) cannot free it")
    Self.leftBehind.add(1, ordering: .relaxed)
  }

  /// How many clients were, for tests.
  static let leftBehind = Atomic(0)

  static let log: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
    client, level, facility, line in
    guard let client, let opaque = rd_kafka_opaque(client), let line else { return }
    // SAFETY: the opaque of every client we make is a retained ClientContext that outlives it.
    let context = Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue()
    let facility = facility.map { String(cString: $0) } ?? ""
    let text = String(cString: line)
    context.logger.log(level: ClientContext.level(level, facility: facility, text), "\(text)", metadata: ["facility": "\(facility)"])
  }

  /// librdkafka warns at each start of keys that it calls experimental, and of a consumer's key at a producer: one set of `extra` keys serves
  /// both, and whoever sets an experimental key means it.
  private static func level(_ level: Int32, facility: String, _ text: String) -> Logger.Level {
    let isHarmless = facility == "CONFWARN" && (text.contains(" is experimental") || text.contains(" will be ignored by this "))
    return isHarmless ? .debug : Logger.Level(syslog: level)
  }

  static let event: @convention(c) (OpaquePointer?, OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { client, event, opaque in
    guard let client, let event, let opaque else { return }
    // SAFETY: as above.
    Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue().handle(event, of: client)
  }

  /// Not an event like the others: librdkafka's background thread gives this one to a callback only.
  static let tokenRefresh: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = { _, _, opaque in
    guard let opaque else { return }
    // SAFETY: as above.
    Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue().refreshToken()
  }

  private func handle(_ event: OpaquePointer, of client: OpaquePointer) {
    let type = rd_kafka_event_type(event)
    switch type {
    case RD_KAFKA_EVENT_DR:
      deliveries?.report(event)
      rd_kafka_event_destroy(event)
      // The records' room in the queue is free only now.
      deliveries?.room.free()
      return
    case RD_KAFKA_EVENT_STATS:
      if let json = rd_kafka_event_stats(event) { metrics.record(String(cString: json), logger: logger) }
    case RD_KAFKA_EVENT_ERROR:
      note(event, of: client)
    default:
      // Results of queued calls carry the promise that waits for them.
      if let opaque = rd_kafka_event_opaque(event) {
        // SAFETY: every queued call passes a retained EventPromise and gets exactly one result.
        Unmanaged<EventPromise>.fromOpaque(opaque).takeRetainedValue().fulfil(event)
        return
      }
    }
    rd_kafka_event_destroy(event)
  }

  private func note(_ event: OpaquePointer, of client: OpaquePointer) {
    let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
    let error = KafkaError.of(rd_kafka_event_error(event), client: client, reason: reason, where: "Kafka client")
    if let fatal = KafkaError.fatal(of: client, where: "Kafka client") {
      let isNew = self.client.withLock { state in
        defer { state.isFatalLogged = true }
        return !state.isFatalLogged
      }
      if isNew { logger.critical("\(fatal)") }
      deliveries?.room.free()
    } else {
      // librdkafka goes on by itself; the calls that matter get errors of their own.
      logger.warning("\(error)")
    }
  }

  private func refreshToken() {
    guard let tokenProvider else { return }
    // The one unstructured task: librdkafka asks from a thread of its own, where nobody can await.
    Task {
      let token = await Result { try await withDeadline(.seconds(30), "OAuthTokenProvider") { try await tokenProvider.token() } }
      guard let handle = client.withLock({ $0.handle }) else { return }
      switch token {
      case .success(let token): handle.set(token, logger: logger)
      case .failure(let error):
        logger.error("no OAUTHBEARER token, asking again later: \(error)")
        rd_kafka_oauthbearer_set_token_failure(handle.pointer, "the token provider failed")
      }
    }
  }
}

extension Result where Failure == any Error, Success: Sendable {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

extension Logger.Level {
  /// From the syslog severities that librdkafka uses.
  fileprivate init(syslog: Int32) {
    switch syslog {
    case ...2: self = .critical
    case 3: self = .error
    case 4: self = .warning
    case 5: self = .notice
    case 6: self = .info
    default: self = .debug
    }
  }
}
