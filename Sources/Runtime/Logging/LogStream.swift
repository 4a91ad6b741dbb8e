import Metrics
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Standard error, or another file descriptor, written a whole line at a time so that lines of several threads do not mix.
///
/// A reader that does not read (a pager, a log driver that hangs) must not stop the process: after a second without room the line is lost,
/// and so are those after it, without a wait, until there is room again. `sluice_log_lines_lost_total` counts them.
final class LogStream: Sendable {
  private struct State {
    let descriptor: Int32
    /// The last line found no room.
    var isStalled = false
    /// It found some, and its end is missing.
    var isCut = false
  }

  private let state: Mutex<State>

  /// Room for as much is what `poll` says of a pipe (PIPE_BUF): more at once could block.
  private static let chunk = 4096
  private static let patience: Int32 = 1000

  /// The descriptor stays the caller's.
  init(descriptor: Int32) { state = Mutex(State(descriptor: descriptor)) }

  /// True when a person is looking.
  var isTerminal: Bool { state.withLock { isatty($0.descriptor) == 1 } }

  /// Writes all of it. A reader that is gone, or a full disk, loses the line: there is nowhere to complain.
  func write(_ text: String) {
    let isLost = state.withLock { state in
      let line = state.isCut ? "\n" + text : text
      let left = Self.put(line, state.descriptor, patience: state.isStalled ? 0 : Self.patience)
      state.isStalled = left > 0
      state.isCut = left > 0 && (state.isCut || left < line.utf8.count)
      return state.isStalled
    }
    if isLost { Counter(label: "sluice_log_lines_lost_total").increment() }
  }

  /// - Returns: how many bytes found no room.
  private static func put(_ text: String, _ descriptor: Int32, patience: Int32) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        guard hasRoom(descriptor, within: patience) else { return rest.count }
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, min(rest.count, chunk))
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR && errno != EAGAIN {
          return 0
        }
      }
      return 0
    }
  }

  private static func hasRoom(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let ready = poll(&room, 1, milliseconds)
      if ready >= 0 || errno != EINTR { return ready > 0 }
    }
  }
}
