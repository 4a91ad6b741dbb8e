import Postgres

/// Advisory locks on names. A collision of two names' hashes only makes them wait for each other.
enum AdvisoryLock {
  /// Takes the lock on a name until the transaction ends.
  static func transactionLock(on name: String) -> Query {
    "SELECT pg_advisory_xact_lock(hashtextextended(\(name)::text, 0))"
  }

  /// The name of an aggregate's lock.
  static func aggregate(type: String, id: String) -> String { "sluice.aggregate/\(type)/\(id)" }

  /// The name of a running command's lock, by which its outcome can be waited for.
  static func command(_ id: String) -> String { "sluice.command/\(id)" }
}
