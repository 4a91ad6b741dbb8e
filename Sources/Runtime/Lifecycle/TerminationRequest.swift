import Foundation
import Synchronization

/// SIGTERM and SIGINT of a daemon, from its first moment on.
///
/// While a daemon is put together nothing is in flight, so the process ends at once, in order. From ``takeOver(limit:)`` on it is the runner that ends it.
/// No signal is lost in between: a handler, which does nothing but write a byte into a pipe, is there from the beginning and stays.
public final class TerminationRequest: Sendable {
  /// The process's own: signals belong to the whole process.
  public static let shared = TerminationRequest()

  private struct State {
    var isCaught = false
    /// Whether somebody waits for the request, or will; until then the process ends by itself.
    var isAwaited = false
    /// How long the process may take to end once it was asked to.
    var limit: Duration?
  }

  private let state = Mutex(State())
  private let requests: AsyncStream<Void>
  private let requested: AsyncStream<Void>.Continuation
  private let endProcess: @Sendable (ExitCode) -> Void

  /// - Parameter endProcess: ends the process at once.
  init(endProcess: @escaping @Sendable (ExitCode) -> Void = { _exit($0.rawValue) }) {
    self.endProcess = endProcess
    (requests, requested) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
  }

  /// Catches the signals from now on. Again does nothing.
  public func install() {
    let isFirst = state.withLock { state in
      defer { state.isCaught = true }
      return !state.isCaught
    }
    guard isFirst else { return }
    var ends: [Int32] = [-1, -1]
    // Without a pipe the signals do what they did before.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // The handler must never wait.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let saved = errno
      var byte: UInt8 = 0
      _ = write(TerminationRequest.writeEnd.load(ordering: .relaxed), &byte, 1)
      errno = saved
    }
    action.sa_flags = SA_RESTART
    for number in [SIGTERM, SIGINT] { sigaction(number, &action, nil) }
    let readEnd = ends[0]
    let thread = Thread { [self] in
      var byte: UInt8 = 0
      while true {
        let count = read(readEnd, &byte, 1)
        if count == 1 { received() } else if count == 0 || errno != EINTR { return }
      }
    }
    thread.name = "termination"
    thread.start()
  }

  /// From now on the process does not end by itself: the caller, or whoever is told by ``wait()``, ends it.
  ///
  /// - Parameter limit: When it is still there so long after the request, it is ended with ``ExitCode/failed``. This counts on a thread of its
  ///   own: a process whose tasks cannot run any more does not even learn that it is to stop.
  public func takeOver(limit: Duration) {
    state.withLock { state in
      state.isAwaited = true
      state.limit = limit
    }
  }

  /// Returns once the end of the process was asked for, or the task is cancelled. For one waiter.
  public func wait() async {
    for await _ in requests { return }
  }

  /// The pipe that the handler writes to. Made before the handler is there: what runs inside of a signal must not make it.
  private static let writeEnd = Atomic<Int32>(-1)

  /// The end was asked for. Again does nothing more.
  func received() {
    let (isAwaited, limit) = state.withLock { state in
      defer { state.limit = nil }
      return (state.isAwaited, state.limit)
    }
    guard isAwaited else {
      FileHandle.standardError.write(Data("stopped before it had begun\n".utf8))
      // Other threads may be at work on what `exit` would take down beneath them.
      return endProcess(.ok)
    }
    if let limit {
      Thread.detachNewThread { [endProcess] in
        Thread.sleep(forTimeInterval: limit.inSeconds)
        // Not by way of the log: a lock of it may be what all wait for.
        let text = Array("not stopped in time, nor at the deadline for it: ended\n".utf8)
        var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&room, 1, 100) > 0 { _ = write(STDERR_FILENO, text, text.count) }
        endProcess(.failed)
      }
    }
    requested.yield()
  }
}
