internal import Postgres

/// What is known of an open transaction whose changes are held. Pure.
///
/// Takes twelve bytes for each subtransaction that made a change.
struct HeldTransaction: Hashable, Sendable {
  let id: UInt32
  /// Where it began, as the first block says.
  let firstLSN: LSN
  /// How much is held.
  private(set) var byteCount = 0
  /// Subtransactions in the order of their first change, and where that stands.
  private var subtransactions: [UInt32] = []
  private var starts: [Int] = []
  private var newest: UInt32?

  init(id: UInt32, firstLSN: LSN) {
    self.id = id
    self.firstLSN = firstLSN
  }

  /// Notes a change of `count` bytes.
  mutating func add(_ count: Int, subtransaction: UInt32) {
    defer { byteCount += count }
    guard subtransaction != id, subtransaction != subtransactions.last else { return }
    // IDs are given in the order of first writes: a newer one than all needs no search. They wrap.
    if let newest, Int32(bitPattern: subtransaction &- newest) <= 0, subtransactions.contains(subtransaction) { return }
    if newest.map({ Int32(bitPattern: subtransaction &- $0) > 0 }) ?? true { newest = subtransaction }
    subtransactions.append(subtransaction)
    starts.append(byteCount)
  }

  /// Forgets what a subtransaction did.
  ///
  /// An abort is read before anything that its parent did after it, and its children have ended, too: whatever stands behind its
  /// first change is its own, or a child's.
  ///
  /// - Returns: whether there was anything.
  mutating func abort(_ subtransaction: UInt32) -> Bool {
    guard let newest, Int32(bitPattern: subtransaction &- newest) <= 0, let index = subtransactions.lastIndex(of: subtransaction) else {
      return false
    }
    byteCount = starts[index]
    subtransactions.removeSubrange(index...)
    starts.removeSubrange(index...)
    return true
  }
}
