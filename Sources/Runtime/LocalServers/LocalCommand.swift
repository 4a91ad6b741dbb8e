internal import Foundation
internal import Synchronization

/// Runs a program to its end, without a shell, and gives what it wrote.
struct LocalCommand: Sendable {
  var words: [String]
  var timeout: Duration

  struct Outcome: Sendable {
    /// The exit status; negative: the signal that ended it.
    var status: Int32
    /// Standard output and standard error together.
    var output: String
  }

  private enum Phase {
    case running
    case overdue
    case ended
  }

  /// - Throws: ``LocalPostgresError`` when it cannot be started or takes too long.
  func run() async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      // A thread that may block: neither one of the cooperative pool nor one that others wait for.
      Thread.detachNewThread { continuation.resume(with: Result { try runBlocking() }) }
    }
  }

  private func runBlocking() throws -> Outcome {
    // A file rather than a pipe: a server that the program leaves behind could hold a pipe open for ever.
    var path = Array((NSTemporaryDirectory() + "/sluice-command-XXXXXX").utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw LocalPostgresError("no temporary file can be made in \(NSTemporaryDirectory())") }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)

    let process = try SpawnedProcess(words, output: descriptor)
    // The timer may only signal a process that was not waited for yet: its ID could be another's by then.
    let phase = SharedPhase()
    let nanoseconds = timeout.components.seconds * 1_000_000_000 + timeout.components.attoseconds / 1_000_000_000
    let timer = DispatchWorkItem { phase.expire { kill(process.id, SIGKILL) } }
    DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds)), execute: timer)
    process.waitForExit()
    let wasOverdue = phase.end()
    timer.cancel()
    let status = process.waitUntilExit()
    if wasOverdue { throw LocalPostgresError("\(words.joined(separator: " ")) took longer than \(timeout)") }
    try handle.seek(toOffset: 0)
    let output = try handle.readToEnd() ?? Data()
    return Outcome(status: status, output: String(decoding: output, as: UTF8.self))
  }

  private final class SharedPhase: Sendable {
    private let phase = Mutex(Phase.running)

    func expire(_ action: () -> Void) {
      phase.withLock { phase in
        guard phase == .running else { return }
        phase = .overdue
        action()
      }
    }

    /// True when time was up before.
    func end() -> Bool {
      phase.withLock { phase in
        defer { phase = .ended }
        return phase == .overdue
      }
    }
  }
}
