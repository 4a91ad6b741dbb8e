import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A line that tells how far something is. On a terminal it is written over again; elsewhere (a log, CI) it is a new line from
/// time to time. Goes to standard error, so that standard output stays data. Safe from any thread.
public final class ProgressLine: Sendable {
  private struct State {
    var last: ContinuousClock.Instant?
    var isShown = false
  }

  private let state = Mutex(State())
  private let isTerminal: Bool
  private let write: @Sendable (String) -> Void

  /// A line on standard error.
  public convenience init() {
    let stream = LogStream(descriptor: 2)
    self.init(isTerminal: stream.isTerminal, write: stream.write)
  }

  init(isTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.write = write
  }

  /// Shows the text, at most ten times a second on a terminal and every five seconds elsewhere.
  public func update(_ text: @autoclosure () -> String) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      if let last = state.last, now - last < (isTerminal ? .milliseconds(100) : .seconds(5)) { return false }
      state.last = now
      state.isShown = true
      return true
    }
    guard isDue else { return }
    write(isTerminal ? "\r\u{1B}[K\(clipped(text()))" : text() + "\n")
  }

  /// Replaces the line by its final form and ends it.
  public func finish(_ text: String) {
    state.withLock { $0 = State() }
    write(isTerminal ? "\r\u{1B}[K\(text)\n" : text + "\n")
  }

  /// A line that wraps cannot be written over.
  private func clipped(_ text: String) -> String {
    var size = winsize()
    let columns = ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    return text.count < columns ? text : String(text.prefix(max(0, columns - 2))) + "…"
  }
}
