import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Standard error, or another file descriptor, written a whole line at a time so that lines of several threads do not mix.
final class LogStream: Sendable {
  private let descriptor: Mutex<Int32>

  /// The descriptor stays the caller's.
  init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  /// True when a person is looking.
  var isTerminal: Bool { descriptor.withLock { isatty($0) == 1 } }

  /// Writes all of it. A reader that is gone, or a full disk, loses the line: there is nowhere to complain.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      descriptor.withLock { descriptor in
        var rest = UnsafeRawBufferPointer(bytes)[...]
        while !rest.isEmpty {
          let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          if count > 0 {
            rest = rest.dropFirst(count)
          } else if errno == EAGAIN {
            // A pipe made non-blocking by whoever holds its other end: wait for room, but not for ever.
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard Glibc.poll(&poll, 1, 1000) > 0 else { return }
          } else if errno != EINTR {
            return
          }
        }
      }
    }
  }
}
