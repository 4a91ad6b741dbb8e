/// A time by which something has to happen, which may be moved as often as there are heartbeats: moving it later costs no work.
///
/// When the event loop was blocked, everything that was due meanwhile comes at once, the expiry of a session before the
/// heartbeats that arrived in time and wait in their sockets. A deadline that comes late is therefore put off once by the
/// time it was late, so that what was sent in time can be read.
final class GroupDeadline {
  /// From which delay on the loop counts as blocked, in milliseconds.
  static let tolerance: Int64 = 100

  private let scheduler: any Scheduler
  private let isPatient: Bool
  private let onExpiry: () -> Void
  private var scheduled: (any ScheduledWork)?
  private var dueAt: Int64 = 0
  /// When the scheduled work is to run: before the deadline, if that was moved later since.
  private var wakesAt: Int64 = 0
  private var length: Int64 = 0

  /// - Parameter isPatient: whether being late gives grace.
  init(_ scheduler: any Scheduler, isPatient: Bool = true, onExpiry: @escaping () -> Void) {
    self.scheduler = scheduler
    self.isPatient = isPatient
    self.onExpiry = onExpiry
  }

  /// (Re)starts it.
  func arm(milliseconds: Int64) {
    length = milliseconds
    dueAt = scheduler.now + milliseconds
    // The wall clock may have been set back: then the work would come too late.
    if scheduled != nil, wakesAt <= dueAt, wakesAt - scheduler.now <= milliseconds { return }
    wake(after: milliseconds)
  }

  func cancel() {
    scheduled?.cancel()
    scheduled = nil
  }

  private func wake(after milliseconds: Int64) {
    scheduled?.cancel()
    wakesAt = scheduler.now + milliseconds
    scheduled = scheduler.schedule(afterMilliseconds: milliseconds) { [weak self] in self?.woken() }
  }

  private func woken() {
    scheduled = nil
    let now = scheduler.now
    let late = now - wakesAt
    if isPatient, dueAt <= now, late > Self.tolerance {
      // Never longer than the deadline itself: the wall clock may have been set forward.
      dueAt = now + min(late, max(length, Self.tolerance))
    }
    guard dueAt <= now else {
      // Likewise, when it was set back.
      dueAt = min(dueAt, now + max(length, 1))
      return wake(after: dueAt - now)
    }
    onExpiry()
  }
}
