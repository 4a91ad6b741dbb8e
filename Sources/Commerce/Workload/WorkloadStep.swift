/// One command of a workload, and what must come back.
public struct WorkloadStep: Sendable, Hashable {
  /// What the answer must be.
  public enum Expectation: String, Sendable, Hashable, CaseIterable {
    /// Carried out.
    case completed
    /// Carried out earlier: the first answer again.
    case replayed
    /// Refused because of the expected version.
    case conflict
    /// Refused by a rule.
    case rejected
    /// Refused because the aggregate does not exist.
    case notFound
    /// Refused because a field is malformed.
    case invalid
    /// Carried out or refused by a rule: other clients change the same aggregate at the same time.
    case completedOrRejected
  }

  /// The command's name.
  public var name: String
  /// The JSON body.
  public var body: String
  /// The idempotency key.
  public var idempotencyKey: String
  /// The expected version, where one is sent.
  public var expectedVersion: Int64?
  /// What must come back.
  public var expectation: Expectation
}
