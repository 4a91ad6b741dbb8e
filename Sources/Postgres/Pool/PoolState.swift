/// Who has which connection, and who waits: the pool's decisions without its locks, clocks and sockets.
///
/// Each method changes the state and returns what the caller has to do after it has dropped the lock.
struct PoolState<Item, Waiter> {
  struct Idle {
    var item: Item
    var since: ContinuousClock.Instant
  }

  enum Acquired {
    /// Take this one (check it first when it has been idle for long).
    case use(Idle)
    /// A place is reserved: make a connection, then call `connectFailed` if that fails.
    case connect
    /// All are in use.
    case full
    case closed
  }

  enum Released {
    /// Another gets it now.
    case handOver(Waiter, Item)
    /// It is kept.
    case keep
    /// It is to be closed.
    case close(Item)
  }

  let maximum: Int
  let maximumWaiting: Int
  private(set) var idle: [Idle] = []
  /// In use or being made.
  private(set) var taken = 0
  private var waiters: [(id: Int, waiter: Waiter)] = []
  private var lastID = 0
  private(set) var isClosed = false

  init(maximum: Int, maximumWaiting: Int) {
    self.maximum = maximum
    self.maximumWaiting = maximumWaiting
  }

  var waitingCount: Int { waiters.count }
  var total: Int { idle.count + taken }

  mutating func acquire() -> Acquired {
    if isClosed { return .closed }
    // The one used last is the likeliest to be alive, and the others grow old enough to be closed.
    if let item = idle.popLast() {
      taken += 1
      return .use(item)
    }
    if taken < maximum {
      taken += 1
      return .connect
    }
    return .full
  }

  /// Reserves a place for one more connection, whether or not others are idle.
  mutating func reservePlace(upTo limit: Int) -> Bool {
    guard !isClosed, total < min(limit, maximum) else { return false }
    taken += 1
    return true
  }

  /// Nil when too many wait already.
  mutating func wait(_ waiter: Waiter) -> Int? {
    guard waiters.count < maximumWaiting else { return nil }
    lastID += 1
    waiters.append((lastID, waiter))
    return lastID
  }

  /// Nil when it was granted in the meantime.
  mutating func stopWaiting(_ id: Int) -> Waiter? {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
    return waiters.remove(at: index).waiter
  }

  mutating func release(_ item: Item, at now: ContinuousClock.Instant, mayKeep: Bool) -> Released {
    if isClosed || !mayKeep {
      taken -= 1
      return .close(item)
    }
    if !waiters.isEmpty { return .handOver(waiters.removeFirst().waiter, item) }
    taken -= 1
    idle.append(Idle(item: item, since: now))
    return .keep
  }

  /// A connection is gone, or could not be made: its place goes to the first that waits, who has to connect.
  mutating func giveUpPlace() -> Waiter? {
    if !isClosed, !waiters.isEmpty { return waiters.removeFirst().waiter }
    taken -= 1
    return nil
  }

  /// After a connection was closed whose place was given back already: may the first that waits connect?
  mutating func grantPlace() -> Waiter? {
    guard !isClosed, taken + idle.count < maximum, !waiters.isEmpty else { return nil }
    taken += 1
    return waiters.removeFirst().waiter
  }

  /// Takes out those that have been idle since before `instant`, to be checked or closed; each counts as in use until it comes back.
  mutating func takeIdle(since instant: ContinuousClock.Instant) -> [Item] {
    var old: [Item] = []
    idle.removeAll { entry in
      guard entry.since <= instant else { return false }
      old.append(entry.item)
      return true
    }
    taken += old.count
    return old
  }

  /// Those that were idle and those that waited.
  mutating func close() -> (idle: [Item], waiters: [Waiter]) {
    isClosed = true
    defer {
      idle = []
      waiters = []
    }
    return (idle.map(\.item), waiters.map(\.waiter))
  }
}
