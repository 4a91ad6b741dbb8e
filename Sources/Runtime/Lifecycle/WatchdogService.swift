public import Logging
public import ServiceLifecycle

/// Sends systemd a sign of life while the process makes progress. When the probe says that it does not, the sign is withheld
/// and systemd kills and restarts the service: a process that merely exists is not alive.
public struct WatchdogService: Service {
  private let notifier: SystemdNotifier
  private let interval: Duration
  private let logger: Logger
  private let isMakingProgress: @Sendable () async -> Bool

  /// Nil when systemd does not watch this process.
  /// - Parameters:
  ///   - notifier: nil when not started by systemd.
  ///   - logger: told when the sign is withheld.
  ///   - isMakingProgress: asked twice per watchdog interval. True also for a process with nothing to do. One that does not
  ///     return withholds the sign as well.
  public init?(notifier: SystemdNotifier?, logger: Logger, isMakingProgress: @escaping @Sendable () async -> Bool) {
    guard let notifier, let interval = notifier.watchdogInterval else { return nil }
    self.notifier = notifier
    // Half the interval, as sd_watchdog_enabled(3) recommends.
    self.interval = interval / 2
    self.logger = logger
    self.isMakingProgress = isMakingProgress
  }

  /// Runs until cancelled. Keeps sending during a graceful shutdown, which may take longer than the interval.
  public func run() async throws {
    var wasMakingProgress = true
    while !Task.isCancelled {
      let isFine = await isMakingProgress()
      if isFine {
        notifier.watchdog()
      } else if wasMakingProgress {
        logger.error("no progress: the sign of life for systemd is withheld, it will restart the service")
      }
      wasMakingProgress = isFine
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}
