internal import Foundation
internal import Synchronization

/// A small child that does something when this process has ended, in whatever way: it reads from a pipe whose other end only this process holds, and
/// the kernel closes that even after SIGKILL.
final class ProcessWatcher: Sendable {
  private let writeEnd: Int32
  private let process: SpawnedProcess
  private let closed = Atomic<Bool>(false)

  /// - Parameter script: for `/bin/sh`; `$1`, `$2`… are the arguments, and `$word` is `fired` when ``fire()`` was called, else empty.
  init(script: String, arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw LocalPostgresError("no file descriptor is left; raise the limit of open files") }
    // No other child of this process may hold the writing end, or the watcher would wait for that one, too.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writeEnd = ends[1]

    let shell = ["/bin/sh", "-c", "trap '' INT TERM HUP; read -r word; " + script, "sluice-watcher"] + arguments
    // In a session of its own it is not hit by what is meant for the terminal's processes.
    let setsid = "/usr/bin/setsid"
    defer { close(ends[0]) }
    do {
      process = try SpawnedProcess(FileManager.default.isExecutableFile(atPath: setsid) ? [setsid] + shell : shell, input: ends[0])
    } catch {
      close(writeEnd)
      throw error
    }
  }

  /// Has it do its work now, and waits until that is done.
  func fire() async {
    guard closed.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else { return }
    _ = "fired\n".withCString { write(writeEnd, $0, 6) }
    close(writeEnd)
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [process] in
        _ = process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  deinit {
    guard !closed.load(ordering: .acquiring) else { return }
    close(writeEnd)
    // Somebody has to take note of its end, or it stays as a zombie and is found by everybody who waits for any child.
    Thread.detachNewThread { [process] in _ = process.waitUntilExit() }
  }
}
