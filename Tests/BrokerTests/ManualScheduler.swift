@testable import Broker

/// A scheduler whose clock stands still until a test moves it.
final class ManualScheduler: Scheduler {
  private final class Item: ScheduledWork {
    let due: Int64
    let order: Int
    var work: (() -> Void)?

    init(due: Int64, order: Int, work: @escaping () -> Void) {
      self.due = due
      self.order = order
      self.work = work
    }

    func cancel() { work = nil }
  }

  private(set) var now: Int64
  private var items: [Item] = []
  private var count = 0

  init(now: Int64 = 1_700_000_000_000) { self.now = now }

  func schedule(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) -> any ScheduledWork {
    count += 1
    let item = Item(due: now + max(milliseconds, 0), order: count, work: work)
    items.append(item)
    return item
  }

  /// Moves the clock and runs what became due on the way, in the order of its due times.
  func advance(byMilliseconds milliseconds: Int64) {
    let end = now + milliseconds
    while let next = items.filter({ $0.work != nil && $0.due <= end }).min(by: { ($0.due, $0.order) < ($1.due, $1.order) }) {
      now = max(now, next.due)
      let work = next.work
      next.work = nil
      items.removeAll { $0.work == nil }
      work?()
    }
    now = end
  }
}
