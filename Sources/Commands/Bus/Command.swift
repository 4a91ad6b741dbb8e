public import Postgres

/// A command as a type: decoded from its body, bound to one aggregate, executed in one transaction.
public protocol Command: Sendable {
  /// The name under which it is submitted, for example `place-order`.
  static var name: String { get }
  /// The type of the aggregate that it changes.
  static var aggregateType: String { get }

  /// Decodes the body; the bus refuses the fields that are left.
  init(from fields: inout CommandFields) throws(CommandError)

  /// The aggregate that it changes, known before the lock is taken. A command that creates one may allocate its identifier here
  /// (a sequence's next value): this is called once per attempt, inside the transaction.
  func aggregateID(on connection: Connection) async throws -> String

  /// Does the work in the bus's transaction, under the aggregate's lock, and returns the aggregate's new version.
  ///
  /// - Throws: ``CommandError``, or the database's error, which the bus maps, retries or reports.
  func execute(in context: CommandContext) async throws -> Int64
}
