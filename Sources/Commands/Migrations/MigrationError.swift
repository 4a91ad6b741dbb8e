/// Why a schema was not brought up to date; nothing was changed.
public enum MigrationError: Error, Hashable, Sendable {
  /// The embedded list is not 1, 2, 3, ….
  case misnumbered(namespace: String, expected: Int, found: Int)
  /// A step that the database has differs from the program's: somebody edited released history.
  case changed(namespace: String, number: Int, name: String)
  /// The database has steps that the program does not know: it is older than the database.
  case databaseIsNewer(namespace: String, known: Int, found: Int)
}

extension MigrationError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .misnumbered(let namespace, let expected, let found):
      "migrations of \"\(namespace)\" are numbered wrongly: \(expected) was expected, found \(found)"
    case .changed(let namespace, let number, let name):
      "migration \(number) (\(name)) of \"\(namespace)\" differs from the one that this database has: add a new one instead of changing it"
    case .databaseIsNewer(let namespace, let known, let found):
      "the database has migration \(found) of \"\(namespace)\", this program knows \(known): use the newer program"
    }
  }
}
