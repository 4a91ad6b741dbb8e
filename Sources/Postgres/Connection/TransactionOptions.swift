/// How a transaction runs.
public struct TransactionOptions: Sendable, Hashable {
  /// PostgreSQL's isolation levels (READ UNCOMMITTED is READ COMMITTED there).
  public enum Isolation: String, Sendable, Hashable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
  }

  /// Nil: the server's default, which is READ COMMITTED where nobody changed it.
  public var isolation: Isolation?
  /// Default false.
  public var isReadOnly: Bool
  /// Waits for a snapshot that cannot fail to serialize; only means something for serializable, read-only transactions. Default false.
  public var isDeferrable: Bool
  /// Name of an exported snapshot to read from; needs repeatable read or serializable.
  public var snapshot: String?
  /// `lock_timeout` within the transaction: how long one lock is waited for.
  public var lockTimeout: Duration?
  /// How long COMMIT may take before its outcome is unknown. Default 60 s.
  public var commitTimeout: Duration

  /// See the properties.
  public init(
    isolation: Isolation? = nil, isReadOnly: Bool = false, isDeferrable: Bool = false, snapshot: String? = nil,
    lockTimeout: Duration? = nil,
    commitTimeout: Duration = .seconds(60)
  ) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
    self.isDeferrable = isDeferrable
    self.snapshot = snapshot
    self.lockTimeout = lockTimeout
    self.commitTimeout = commitTimeout
  }

  /// What begins the transaction, in one round trip.
  var beginStatements: [String] {
    var modes: [String] = []
    if let isolation { modes.append("ISOLATION LEVEL \(isolation.rawValue)") }
    if isReadOnly { modes.append("READ ONLY") }
    if isDeferrable { modes.append("DEFERRABLE") }
    var statements = [modes.isEmpty ? "BEGIN" : "BEGIN " + modes.joined(separator: ", ")]
    if let snapshot { statements.append("SET TRANSACTION SNAPSHOT \(Query.quoted(literal: snapshot))") }
    if let lockTimeout { statements.append("SET LOCAL lock_timeout = \(max(1, lockTimeout.wholeMilliseconds))") }
    return statements
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
