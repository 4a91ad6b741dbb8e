/// The statements that the server keeps under names for one connection, and whether it can be relied on to keep them.
///
/// A pooler between the two that gives each transaction another session of the server (PgBouncer before 1.21) loses them. Then nothing is prepared
/// any more: the transaction that met it fails as one to be tried again, once for each connection.
struct PreparedStatements {
  /// What makes a statement another one.
  struct Identity: Hashable {
    let sql: String
    /// The parameters' types, 0 where the server infers them.
    let types: [UInt32]
  }

  /// How many are kept: what comes after them is sent as any other statement. Each costs the server some 50 kB. A syncer needs one or two for each table
  /// that it mirrors, and as many for each step from a table to a document.
  static let limit = 128

  private var names: [Identity: String] = [:]
  private var number = 0
  private var isLost = false
  /// Other clients of the same pooler name theirs.
  private let prefix = "sluice_\(UInt64.random(in: .min ... .max))_"

  /// The name that the server knows it by, or has been told; nil where it does not know it.
  func name(of statement: Identity) -> String? { names[statement] }

  /// A name for one that the server is told of now; nil where it is not to be prepared.
  mutating func prepare(_ statement: Identity) -> String? {
    guard !isLost, names.count < Self.limit else { return nil }
    number += 1
    let name = "\(prefix)\(number)"
    names[statement] = name
    return name
  }

  /// The server has not taken it.
  mutating func refused(_ statement: Identity) { names[statement] = nil }

  /// Takes note of an error that says that names are not what they were: a statement unknown (26000), or known already (42P05).
  mutating func failed(with state: SQLState?) {
    guard state?.rawValue == "26000" || state?.rawValue == "42P05" else { return }
    names = [:]
    isLost = true
  }

  /// The server forgets them with the connection.
  mutating func connectionEnded() { names = [:] }
}
