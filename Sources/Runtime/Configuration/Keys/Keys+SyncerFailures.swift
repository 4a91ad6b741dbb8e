extension Keys.Syncer {
  /// What becomes of a record that failed for good: the values of ``Keys/Syncer/failures``.
  public enum Failures: String, Hashable, Sendable, CaseIterable {
    /// It is dead-lettered, and later records of its key wait behind it.
    case park
    /// It goes through retry topics, and is dead-lettered at their end.
    case retryTopics = "retry_topics"
    /// It is dead-lettered.
    case deadLetter = "dead_letter"
  }

  /// `syncer.failures`.
  public static let failures = ConfigurationKey<Failures>(
    "syncer.failures", .choice, default: .park,
    "What becomes of a record that cannot be applied: park (dead-lettered, and later records of its key wait behind it in order), "
      + "retry_topics (tried again through <topic>.retry-N; later records overtake it), dead_letter (dead-lettered, and that is that).")
  /// `syncer.parking.max_records`.
  public static let parkingMaxRecords = ConfigurationKey<Int>(
    "syncer.parking.max_records", .integer(1...100_000_000), default: 100_000,
    "At so many parked records of the group, partitions that would park more are paused; nothing is dropped.")
  /// `syncer.parking.max_bytes`.
  public static let parkingMaxBytes = ConfigurationKey<ByteSize>(
    "syncer.parking.max_bytes", .byteSize(.mebibytes(1)...(.mebibytes(1 << 20))), default: .mebibytes(256),
    "At so many bytes of parked records of the group, too.")
  /// `syncer.parking.poll_interval`.
  public static let parkingPollInterval = ConfigurationKey<Duration>(
    "syncer.parking.poll_interval", .duration(.milliseconds(10)...(.seconds(3600))), default: .seconds(1),
    "How often the owner of a partition looks for attempts at parked keys that were asked for or are due.")
  /// `syncer.parking.max_attempts`.
  public static let parkingMaxAttempts = ConfigurationKey<Int>(
    "syncer.parking.max_attempts", .integer(1...1000), default: 10,
    "How often a parked key is tried again by itself where its error may pass (a missing reference, a lock); after that it takes an operator."
  )
  /// `syncer.parking.initial_delay`.
  public static let parkingInitialDelay = ConfigurationKey<Duration>(
    "syncer.parking.initial_delay", .duration(.milliseconds(10)...(.seconds(86_400))), default: .seconds(5),
    "The wait before the first of these attempts; it doubles with each.")
  /// `syncer.parking.max_delay`.
  public static let parkingMaxDelay = ConfigurationKey<Duration>(
    "syncer.parking.max_delay", .duration(.milliseconds(10)...(.seconds(86_400))), default: .seconds(600),
    "The longest wait between two of them.")
  /// `syncer.retry_topics.count`.
  public static let retryTopicsCount = ConfigurationKey<Int>(
    "syncer.retry_topics.count", .integer(1...99), default: 3,
    "How many retry topics a topic has, which is how often a record is tried again before it is dead-lettered.")
  /// `syncer.retry_topics.initial_delay`.
  public static let retryTopicsInitialDelay = ConfigurationKey<Duration>(
    "syncer.retry_topics.initial_delay", .duration(.milliseconds(1)...(.seconds(86_400))), default: .seconds(10),
    "How long a record waits in the first retry topic.")
  /// `syncer.retry_topics.multiplier`.
  public static let retryTopicsMultiplier = ConfigurationKey<Double>(
    "syncer.retry_topics.multiplier", .number(1...100), default: 6, "By how much the wait grows from one retry topic to the next.")
  /// `syncer.retry_topics.max_delay`.
  public static let retryTopicsMaxDelay = ConfigurationKey<Duration>(
    "syncer.retry_topics.max_delay", .duration(.milliseconds(1)...(.seconds(7 * 86_400))), default: .seconds(3600),
    "The longest wait in a retry topic.")
  /// `syncer.breaker.failures`.
  public static let breakerFailures = ConfigurationKey<Int>(
    "syncer.breaker.failures", .integer(1...1000), default: 3,
    "After so many failures in a row that say that the read database is down, nothing is applied until it answers.")

  static let failureKeys: [any ConfigurationDeclaration] = [
    failures, parkingMaxRecords, parkingMaxBytes, parkingPollInterval, parkingMaxAttempts, parkingInitialDelay, parkingMaxDelay,
    retryTopicsCount, retryTopicsInitialDelay, retryTopicsMultiplier, retryTopicsMaxDelay, breakerFailures,
  ]
}
