internal import Synchronization

/// Remembers the tables that a warning was given for.
final class WarnedTables: Sendable {
  private let names = Mutex<Set<String>>([])

  /// - Returns: whether the table is new.
  func insert(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
}
