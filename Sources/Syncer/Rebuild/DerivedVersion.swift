public import Postgres

/// A read model that is computed from other tables of the read database: what can be built anew without a topic.
///
/// While it is built, the database itself notes which keys of the live version change (``capture(_:_:)``), so that nothing of the live syncer
/// has to know of it.
public protocol DerivedVersion: Sendable {
  /// Makes the version's tables. Repeatable.
  func prepare(_ version: ReadModelVersion, _ connection: Connection) async throws

  /// Notes from now on the keys of the live version that change. Repeatable.
  func capture(_ version: ReadModelVersion, _ connection: Connection) async throws

  /// Computes the next `limit` keys after `last`, in the transaction; nil begins.
  ///
  /// - Returns: how many were computed, and the last of them.
  func copy(
    _ version: ReadModelVersion, after last: String?, limit: Int, in transaction: Connection
  ) async throws -> (count: Int, last: String?)

  /// Computes at most `limit` keys that have changed, in the transaction.
  ///
  /// - Returns: how many changes were dealt with.
  func follow(_ version: ReadModelVersion, limit: Int, in transaction: Connection) async throws -> Int

  /// About how many keys there are after `last`.
  func count(after last: String?, _ connection: Connection) async throws -> Int64

  /// How many changes wait.
  func waiting(_ version: ReadModelVersion, _ connection: Connection) async throws -> Int64

  /// Takes as changed whatever differs from the live version: for one that was live before and has not been kept up to date.
  func compare(_ version: ReadModelVersion, _ connection: Connection) async throws

  /// Notes no more, and forgets what is noted.
  func release(_ version: ReadModelVersion, _ transaction: Connection) async throws
}
