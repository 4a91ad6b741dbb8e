/// Time, as the broker sees it: the wall clock and work to be done later on the broker's event loop.
///
/// Everything in this target that keeps state (logs, groups, transactions, topics) lives on one event loop and is never
/// touched from another thread; a scheduler calls back on that loop. Tests drive a scheduler with a clock of their own.
protocol Scheduler: AnyObject {
  /// Milliseconds since the Unix epoch. May jump when the machine's clock is set.
  var now: Int64 { get }

  /// Runs `work` once on the event loop after `milliseconds` (at least 0), unless cancelled before.
  @discardableResult
  func schedule(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) -> any ScheduledWork
}
