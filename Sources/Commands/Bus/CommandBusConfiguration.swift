/// Limits of a ``PostgresCommandBus``.
public struct CommandBusConfiguration: Sendable, Hashable {
  /// The longest body that is taken, in bytes. Default 64 KiB.
  public var maximumBodyBytes = 65_536
  /// How often a command is tried when the database says "serialisation failure", "deadlock" or goes away. Default 6.
  public var maximumAttempts = 6
  /// The longest pause before the second attempt; it doubles with each, and each pause is a random part of it. Default 20 ms.
  public var firstBackoff: Duration = .milliseconds(20)
  /// The longest pause of all. Default 1 s.
  public var maximumBackoff: Duration = .seconds(1)
  /// How long one command may take in all, waiting for its aggregate's lock included. Default 10 s.
  public var deadline: Duration = .seconds(10)
  /// How long an idempotency key is remembered. Default 24 hours.
  public var idempotencyLifetime: Duration = .seconds(86_400)
  /// How long the command log is kept. Default 7 days; never shorter than idempotency keys.
  public var logLifetime: Duration = .seconds(7 * 86_400)
  /// How often expired entries are looked for. Default 60 s.
  public var pruneInterval: Duration = .seconds(60)
  /// How many expired entries one statement deletes. Default 1000.
  public var pruneLimit = 1000

  /// The defaults.
  public init() {}
}
