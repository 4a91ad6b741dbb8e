public import Foundation
import Synchronization

/// One child process: started with its output in a log file, asked to stop with SIGTERM, killed after a deadline.
///
/// The child's standard input is a pipe that this process holds open: when the parent dies, however it dies, the child reads end-of-file
/// there and stops by itself (see ``SupervisedChild``). The child leads a process group of its own, so that Ctrl-C on the terminal reaches
/// the parent alone and the parent decides the order of stopping.
public final class ManagedProcess: Sendable {
  /// How a child ended.
  public enum Exit: Sendable, Equatable, CustomStringConvertible {
    /// It exited by itself with this code.
    case code(Int32)
    /// This signal ended it.
    case signal(Int32)

    /// `exit code 1`, `signal 9`.
    public var description: String {
      switch self {
      case .code(let code): "exit code \(code)"
      case .signal(let number): "signal \(number)"
      }
    }
  }

  /// The name used in messages and as the log file's name.
  public let name: String
  /// Where the child's standard output and error go.
  public let logFile: URL
  private let executable: URL
  private let arguments: [String]
  private let environment: @Sendable () throws -> [String: String]
  private let state = Mutex(State())

  private struct State {
    var child: SpawnedProcess?
    var input: FileHandle?
    var exit: Exit?
    var waiters: [UUID: CheckedContinuation<Exit?, Never>] = [:]
  }

  /// - Parameters:
  ///   - environment: added to this process's own, asked for at each start; its values win.
  ///   - logFile: appended to; its folder must exist.
  public init(
    name: String, executable: URL, arguments: [String], logFile: URL,
    environment: @escaping @Sendable () throws -> [String: String] = { [:] }
  ) {
    self.name = name
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.logFile = logFile
  }

  /// The process ID while it runs.
  public var processID: Int32? { state.withLock { $0.exit == nil ? $0.child?.id : nil } }

  /// How it ended, nil while it runs or was never started.
  public var exit: Exit? { state.withLock { $0.exit } }

  /// Starts the child. Throws what the operating system said when it cannot be started.
  public func start() throws {
    let descriptor = open(logFile.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SupervisorError("cannot write the log \(logFile.path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SupervisorError("no pipe can be made: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let environment = try ProcessInfo.processInfo.environment
      .merging(self.environment()) { $1 }
      .merging([SupervisedChild.environmentKey: "1"]) { $1 }
    let input = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    let child = try SpawnedProcess(
      [executable.path] + arguments, input: ends[0], output: descriptor, environment: environment, inRootFolder: false, leadsGroup: true)
    state.withLock { state in
      state.exit = nil
      state.child = child
      state.input = input
    }
    Thread.detachNewThread { [weak self] in
      child.waitForExit()
      guard let self else { return _ = child.waitUntilExit() }
      ended(child)
    }
  }

  /// Waits until the child ended, at most `deadline`; nil when it still runs then.
  public func wait(atMost deadline: Duration) async -> Exit? {
    let id = UUID()
    let timer = Task {
      try await Task.sleep(for: deadline)
      self.resume(id, with: nil)
    }
    defer { timer.cancel() }
    return await withCheckedContinuation { continuation in
      let ended: Exit? = state.withLock {
        if $0.exit == nil { $0.waiters[id] = continuation }
        return $0.exit
      }
      if let ended { continuation.resume(returning: ended) }
    }
  }

  /// Asks it to stop (SIGTERM), and kills it (SIGKILL) when it has not within `deadline`. Returns how it ended.
  @discardableResult
  public func stop(within deadline: Duration) async -> Exit? {
    send(SIGTERM)
    if let exit = await wait(atMost: deadline) { return exit }
    send(SIGKILL)
    return await wait(atMost: .seconds(5))
  }

  /// Sends a signal; nothing happens when it does not run.
  public func send(_ signal: Int32) {
    // The lock spans the kill: otherwise the child could be reaped in between and its number belong to a stranger.
    state.withLock {
      guard $0.exit == nil, let child = $0.child else { return }
      kill(child.id, signal)
    }
  }

  private func ended(_ child: SpawnedProcess) {
    let (exit, waiters) = state.withLock { state in
      let status = child.waitUntilExit()
      let exit: Exit = status < 0 ? .signal(-status) : .code(status)
      state.exit = exit
      state.input = nil
      defer { state.waiters = [:] }
      return (exit, Array(state.waiters.values))
    }
    for waiter in waiters { waiter.resume(returning: exit) }
  }

  private func resume(_ id: UUID, with exit: Exit?) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: exit)
  }
}
