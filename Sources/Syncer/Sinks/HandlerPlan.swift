public import Postgres

/// What a handler has worked out of records ahead of their transaction; see ``Handler/plan(_:)``.
public struct HandlerPlan: Sendable {
  /// Records that cannot be applied, each once, with its index in the array that the handler was given. Their cause, where they have one, must not be
  /// the database's state.
  public var failures: [RecordFailure]

  /// What is left to be done with all other records; throws as ``Handler/apply(_:in:)`` does. nil where they are to be planned, or applied, anew
  /// once the failed ones are gone.
  public var work: (@Sendable (_ transaction: Connection) async throws -> Void)?

  /// A plan that ends in `work`.
  public init(failures: [RecordFailure] = [], work: (@Sendable (_ transaction: Connection) async throws -> Void)?) {
    self.failures = failures
    self.work = work
  }
}
