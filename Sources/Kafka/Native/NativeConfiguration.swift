internal import CRDKafka
internal import Logging

/// The one owner of a `rd_kafka_conf_t` until a client takes it. Problems are collected, so that all are told at once.
struct NativeConfiguration: ~Copyable {
  // SAFETY: owned by this value alone; destroyed in deinit unless `rd_kafka_new` took it.
  private var pointer: OpaquePointer?
  private var problems: [String] = []

  init() {
    pointer = rd_kafka_conf_new()
  }

  deinit {
    if let pointer { rd_kafka_conf_destroy(pointer) }
  }

  /// Remembers a problem in words of our own.
  mutating func reject(_ problem: String) {
    problems.append(problem)
  }

  /// Sets a key, remembering librdkafka's complaint if it has one. Secrets are not in the complaint: it names the key only then.
  mutating func set(_ key: String, _ value: String, label: String? = nil) {
    guard let pointer else { return }
    let complaint: String? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      base.initialize(repeating: 0, count: buffer.count)
      guard rd_kafka_conf_set(pointer, key, value, base, buffer.count) != RD_KAFKA_CONF_OK else { return nil }
      return String(cString: base)
    }
    guard let complaint else { return }
    let secret = key.contains("password") || key.hasSuffix(".pem") || key.contains("secret")
    let name = label ?? key
    problems.append(secret ? "\(name): librdkafka refuses the value" : "\(name): \(complaint)")
  }

  mutating func set(_ key: String, _ value: Int, in range: ClosedRange<Int>, label: String) {
    guard range.contains(value) else {
      return problems.append("\(label): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
    set(key, String(value), label: label)
  }

  mutating func set(_ key: String, _ value: Duration, in range: ClosedRange<Int>) {
    let milliseconds = value.milliseconds
    guard range.contains(milliseconds) else {
      return problems.append("\(key): expected \(range.lowerBound) to \(range.upperBound) ms, found \(milliseconds)")
    }
    set(key, String(milliseconds))
  }

  /// Throws one error for all problems so far.
  func check() throws(KafkaError) {
    guard !problems.isEmpty else { return }
    throw KafkaError(
      code: .invalidArgument, isRetriable: false, reason: problems.joined(separator: "; "), where: "Kafka configuration")
  }

  /// Makes the client. Log lines, statistics, errors, delivery reports and results of queued calls all go to `context`.
  consuming func makeClient(_ type: rd_kafka_type_t, events: Int32, context: ClientContext) throws(KafkaError) -> ClientHandle {
    try check()
    if context.logger.logLevel <= .debug { set("log_level", "7") }
    guard let configuration = pointer else { throw .closed("Kafka configuration") }
    let retained = Unmanaged.passRetained(context)
    rd_kafka_conf_set_opaque(configuration, retained.toOpaque())
    rd_kafka_conf_set_log_cb(configuration, ClientContext.log)
    rd_kafka_conf_set_background_event_cb(configuration, ClientContext.event)
    rd_kafka_conf_set_events(configuration, events | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS)
    if context.tokenProvider != nil { rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration, ClientContext.tokenRefresh) }
    var complaint = ""
    let client: OpaquePointer? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      base.initialize(repeating: 0, count: buffer.count)
      let client = rd_kafka_new(type, configuration, base, buffer.count)
      complaint = String(cString: base)
      return client
    }
    guard let client else {
      retained.release()
      throw KafkaError(code: .invalidArgument, isRetriable: false, reason: complaint, where: "Kafka configuration")
    }
    pointer = nil
    return ClientHandle(client, context: retained)
  }
}
