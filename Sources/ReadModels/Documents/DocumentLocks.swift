/// Which advisory locks one step of a projection takes, in which order and mode. Pure.
///
/// Below `limit` values of one name each value is locked by itself, and the name's own lock is shared by all who do so; above it the name's
/// lock is taken exclusively and stands for all values. Every session so holds a bounded number of locks, whatever a batch touches.
///
/// All locks of one step are taken in one order, names before values, so that two sessions cannot wait for each other crosswise.
struct DocumentLocks {
  /// A lock and its mode.
  struct Lock: Hashable {
    let key: Int64
    let isShared: Bool
  }

  /// The most values of one name that are locked one by one, where the server has not been asked how many there may be (``LockLimit``).
  static let defaultLimit = 1400

  private var values: [String: [String: Bool]] = [:]

  /// Adds values of a name; an exclusive lock wins over a shared one of the same value.
  mutating func add(_ name: String, _ added: some Sequence<String>, shared: Bool) {
    for value in added {
      let known = values[name]?[value] ?? true
      values[name, default: [:]][value] = known && shared
    }
  }

  /// The locks to take, in order.
  func ordered(limit: Int = defaultLimit) -> [Lock] {
    var names: [Int64: Bool] = [:]
    var single: [Int64: [Int64: Bool]] = [:]
    for (name, values) in values where !values.isEmpty {
      let locks = values.map { (LockID(name: name, value: $0.key).key, $0.value) }
      let isWhole = locks.count > limit
      let whole = LockID(whole: name).key
      names[whole] = (names[whole] ?? true) && !isWhole
      guard !isWhole else { continue }
      // Two values of one hash: exclusive wins.
      for (key, isShared) in locks { single[whole, default: [:]][key] = (single[whole]?[key] ?? true) && isShared }
    }
    func sorted(_ locks: [Int64: Bool]) -> [Lock] {
      locks.sorted { $0.key < $1.key }.map { Lock(key: $0.key, isShared: $0.value) }
    }
    // Name by name: two names are then met in one order everywhere, whatever their values.
    return sorted(names) + single.sorted { $0.key < $1.key }.flatMap { sorted($0.value) }
  }
}
