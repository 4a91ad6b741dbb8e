import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Begins to count when the graceful shutdown begins and ends the process when the deadline passes.
///
/// The count runs on a thread of its own: a daemon that hangs because the cooperative pool is blocked must end, too.
struct ShutdownDeadline: Service {
  let deadline: Duration
  let notifier: SystemdNotifier?
  let logger: Logger

  func run() async throws {
    try? await gracefulShutdown()
    notifier?.stopping()
    logger.info("stopping", metadata: ["deadline": "\(DurationText.format(deadline))"])
    let thread = Thread { [deadline, logger] in
      Thread.sleep(forTimeInterval: deadline.inSeconds)
      logger.error("not stopped within the deadline; what is unfinished is done again after the next start")
      exit(ExitCode.failed.rawValue)
    }
    thread.start()
  }
}
