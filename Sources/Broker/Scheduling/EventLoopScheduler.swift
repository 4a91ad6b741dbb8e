internal import Foundation
internal import NIOCore

/// Time from the machine's clock, work on one event loop.
final class EventLoopScheduler: Scheduler {
  private struct Item: ScheduledWork {
    let scheduled: Scheduled<Void>

    func cancel() { scheduled.cancel() }
  }

  private let eventLoop: any EventLoop

  /// To be used on that loop only.
  init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  func schedule(afterMilliseconds milliseconds: Int64, _ work: @escaping () -> Void) -> any ScheduledWork {
    Item(scheduled: eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(max(milliseconds, 0)), work))
  }
}
