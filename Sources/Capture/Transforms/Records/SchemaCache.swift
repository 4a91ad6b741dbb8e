internal import Synchronization

/// Schemas made from others, by the identity of the source: a table's records share theirs.
final class SchemaCache: Sendable {
  private struct Key: Hashable {
    var source: ObjectIdentifier
    var variant: String
  }

  private struct Entry {
    /// Kept, so that no other schema takes its identity.
    var source: ConnectSchema
    var made: ConnectSchema
  }

  private let limit: Int
  private let entries = Mutex<[Key: Entry]>([:])

  /// - Parameter limit: how many schemas are kept; beyond, all are made anew.
  init(limit: Int = 256) { self.limit = max(1, limit) }

  /// The schema made from `source`.
  ///
  /// - Parameters:
  ///   - variant: what else the result depends on.
  ///   - make: makes it, if it was not made before.
  func made(
    from source: ConnectSchema, variant: String = "", _ make: () throws(CaptureError) -> ConnectSchema
  ) throws(CaptureError) -> ConnectSchema {
    let key = Key(source: ObjectIdentifier(source), variant: variant)
    if let known = entries.withLock({ $0[key]?.made }) { return known }
    let made = try make()
    entries.withLock {
      if $0.count >= limit { $0.removeAll() }
      $0[key] = Entry(source: source, made: made)
    }
    return made
  }
}
