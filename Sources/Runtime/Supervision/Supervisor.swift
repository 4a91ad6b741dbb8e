import Foundation
public import Logging

/// Runs a group of daemons as one: starts them in order, each only once the one before is ready; restarts what ends unasked; stops them
/// in the reverse order.
///
/// Isolation: an actor. ``run(onReady:)`` returns after everything stopped; cancelling its task is how it is asked to stop.
public actor Supervisor {
  private let components: [SupervisedComponent]
  private let policy: RestartPolicy
  private let logger: Logger
  private let report: @Sendable (String) -> Void
  private var isStopping = false

  /// - Parameter report: receives one line per step, for a person.
  public init(
    components: [SupervisedComponent], policy: RestartPolicy = .init(), logger: Logger, report: @escaping @Sendable (String) -> Void
  ) {
    self.components = components
    self.policy = policy
    self.logger = logger
    self.report = report
  }

  /// Starts all, calls `onReady`, then watches until the task is cancelled or a component cannot be kept running (then it throws
  /// ``SupervisorError`` after all were stopped).
  public func run(onReady: @escaping @Sendable () async -> Void) async throws {
    var started: [SupervisedComponent] = []
    var failure: (any Error)?
    do {
      for component in components {
        started.append(component)
        try await start(component)
      }
      await onReady()
      try await watch()
    } catch is CancellationError {
    } catch {
      failure = error
      logger.error("the group stops", metadata: ["reason": "\(error)"])
      report("stopping: \(error)")
    }
    isStopping = true
    // The task that runs this may be cancelled already, and waiting must work all the same: hence a task of its own.
    let stopped = started.reversed().filter { $0.process.exit == nil }
    await Task { for component in stopped { await stop(component) } }.value
    if let failure { throw failure }
  }

  private func start(_ component: SupervisedComponent) async throws {
    let name = component.process.name
    let begin = ContinuousClock.now
    do { try component.process.start() } catch {
      throw SupervisorError("\(name) could not be started: \(error)")
    }
    while !(await component.isReady()) {
      try Task.checkCancellation()
      if let exit = component.process.exit {
        let wrong = exit == .code(78) || exit == .code(64)
        throw SupervisorError("\(name) ended while it started (\(exit)): \(lastLine(of: component.process))", isConfiguration: wrong)
      }
      if begin.duration(to: .now) > component.startDeadline {
        throw SupervisorError("\(name) was not ready after \(component.startDeadline); its log is \(component.process.logFile.path)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    report("\(name) ready")
  }

  private func stop(_ component: SupervisedComponent) async {
    let exit = await component.process.stop(within: component.stopDeadline)
    report("\(component.process.name) stopped (\(exit.map(String.init(describing:)) ?? "it does not answer"))")
  }

  private func watch() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for component in components { group.addTask { try await self.keep(component) } }
      // The first that cannot be kept running ends the group; cancellation of the others follows.
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func keep(_ component: SupervisedComponent) async throws {
    var restarts = 0
    var since = ContinuousClock.now
    while true {
      try Task.checkCancellation()
      guard let exit = await component.process.wait(atMost: .milliseconds(500)) else { continue }
      if isStopping || Task.isCancelled { return }
      if since.duration(to: .now) > .seconds(60) { restarts = 0 }
      switch policy.decide(exit: exit, restarts: restarts, jitter: .random(in: 0...1)) {
      case .giveUp(let reason):
        throw SupervisorError("\(component.process.name) ended, \(reason); last words: \(lastLine(of: component.process))")
      case .restart(let delay):
        report("\(component.process.name) ended (\(exit)); starting it again")
        logger.warning("restarting", metadata: ["daemon": "\(component.process.name)", "exit": "\(exit)", "after": "\(delay)"])
        try await Task.sleep(for: delay)
        try Task.checkCancellation()
        restarts += 1
        since = .now
        try component.process.start()
      }
    }
  }

  private func lastLine(of process: ManagedProcess) -> String {
    guard let handle = try? FileHandle(forReadingFrom: process.logFile) else { return "none" }
    defer { try? handle.close() }
    let end = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: end > 4096 ? end - 4096 : 0)
    let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").last.map(String.init) ?? "none; its log is \(process.logFile.path)"
  }
}
