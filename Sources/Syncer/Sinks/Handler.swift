public import Postgres

/// Applies records to a read model in PostgreSQL.
///
/// The syncer calls its handlers one after another, in the order of their registration, inside one transaction that also moves the
/// offsets: what a handler writes through `transaction` is visible exactly when the offsets have moved.
///
/// A handler is called concurrently, in transactions of their own, for records of different partitions: by the appliers of one engine, and by
/// other members of the group. Where lanes are configured, records of one partition with different keys count as different partitions do.
/// Records of one key are never applied at the same time, nor out of their order. So a handler keeps nothing between calls that is not
/// protected, and rows that more than one key writes to are protected by the database: by a guard, or by locks taken in a fixed order.
public protocol Handler: Sendable {
  /// The handler's name in metrics, logs and dead letters: `mirror`, `document.product`.
  var name: String { get }

  /// Called once before the first record, outside of any batch: creates the tables the handler needs. Must be repeatable, and correct
  /// while another process does the same.
  func prepare(_ connection: Connection) async throws

  /// Whether the handler wants this record. Called for each record that could be parsed, tombstones included; must be cheap and pure.
  func accepts(_ record: ChangeRecord) -> Bool

  /// Applies `records` in order inside the batch's transaction. All of them were accepted; those of one partition are in the order of
  /// their offsets.
  ///
  /// The same records come again when the transaction fails, and when the process dies before it was committed.
  ///
  /// - Throws: ``RecordFailure`` to name the record at fault. After any other error the syncer decides by its kind whether to retry or
  ///   to find the record at fault by halving the batch.
  func apply(_ records: [ChangeRecord], in transaction: Connection) async throws

  /// Works out, without the database, what ``apply(_:in:)`` would do with `records`, and returns what is left to be done in their transaction.
  ///
  /// It is called for the next batch while the transaction of the one before it is open, so that the database need not wait for the work
  /// that is not its own. What it returns runs at the place of `apply`, perhaps more than once (the transaction failed), perhaps never (a part
  /// of the records belongs to another member by then: `apply` is called with the others). Must be pure.
  ///
  /// Records that cannot be applied, whatever the database holds, are named here, all of them at once: they are set aside before the
  /// transaction, where `apply` would be asked again after each.
  ///
  /// - Returns: nil where nothing can be worked out ahead; `apply` is called then, and says what is wrong with the records.
  func plan(_ records: [ChangeRecord]) -> HandlerPlan?

  /// Called now and then while a syncer runs, outside of any batch: forgets what is not needed any more. Several members may do it at the same time.
  func maintain(_ connection: Connection) async throws

  /// Whether applying a record does more than write to the handler's own tables: a mail, a call, a row for somebody else. Such a handler is
  /// not called while a read model is rebuilt. Default no.
  var hasSideEffects: Bool { get }
}

extension Handler {
  /// Nothing to prepare.
  public func prepare(_ connection: Connection) async throws {}

  /// Nothing to forget.
  public func maintain(_ connection: Connection) async throws {}

  /// None.
  public var hasSideEffects: Bool { false }

  /// Nothing is worked out ahead.
  public func plan(_ records: [ChangeRecord]) -> HandlerPlan? { nil }
}
