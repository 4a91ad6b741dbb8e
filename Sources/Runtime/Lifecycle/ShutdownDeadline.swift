import Dispatch
import Foundation
import Logging
import ServiceLifecycle

/// Begins to count when the graceful shutdown begins and ends the process when the deadline passes.
///
/// The count runs on a thread of its own: a daemon that hangs because the cooperative pool is blocked must end, too.
final class ShutdownDeadline: Service {
  private let deadline: Duration
  private let notifier: SystemdNotifier?
  private let logger: Logger
  private let met = DispatchSemaphore(value: 0)

  init(deadline: Duration, notifier: SystemdNotifier?, logger: Logger) {
    self.deadline = deadline
    self.notifier = notifier
    self.logger = logger
  }

  /// All has stopped: the process may go on, or end by itself.
  func meet() { met.signal() }

  func run() async throws {
    try? await gracefulShutdown()
    Thread.detachNewThread { [self] in
      guard !isMetInTime() else { return }
      logger.error("not stopped within the deadline; what is unfinished is done again after the next start")
      // Other threads are at work on what `exit` would take down beneath them.
      _exit(ExitCode.failed.rawValue)
    }
    notifier?.stopping()
    logger.info("stopping", metadata: ["deadline": "\(DurationText.format(deadline))"])
  }

  /// Blocks until ``meet()`` or the deadline.
  func isMetInTime() -> Bool { met.wait(timeout: .now() + deadline.inSeconds) == .success }
}
