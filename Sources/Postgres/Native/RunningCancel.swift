internal import CLibPQ
internal import Logging
internal import Synchronization

/// A cancel request on its way: a connection of its own to the server, made on a thread of its own since `PQcancel` blocks without a limit.
final class RunningCancel: Sendable {
  enum Reason: Sendable {
    case task
    case deadline
    case asked
  }

  let reason: Reason
  let giveUp: ContinuousClock.Instant
  private let done = Atomic<Bool>(false)

  init(_ connection: OpaquePointer, reason: Reason, giveUp: ContinuousClock.Instant, wakePipe: WakePipe, logger: Logger) {
    self.reason = reason
    self.giveUp = giveUp
    guard let request = PQgetCancel(connection) else {
      done.store(true, ordering: .releasing)
      return
    }
    let sender = Sender(request: request)
    do {
      try NativeThread.start { [self] in
        if let message = sender.send() { logger.warning("a query could not be cancelled", metadata: ["reason": "\(message)"]) }
        done.store(true, ordering: .releasing)
        wakePipe.wake()
      }
    } catch {
      done.store(true, ordering: .releasing)
    }
  }

  var isDone: Bool { done.load(ordering: .acquiring) }

  /// SAFETY: unchecked because of the pointer. libpq documents `PQcancel` as safe on any thread, and only one thread gets this object.
  private final class Sender: @unchecked Sendable {
    private let request: OpaquePointer

    init(request: OpaquePointer) {
      self.request = request
    }

    deinit {
      PQfreeCancel(request)
    }

    /// What went wrong, or nil.
    func send() -> String? {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress else { return "no memory" }
        base.initialize(repeating: 0, count: 256)
        return PQcancel(request, base, 256) == 1 ? nil : String(cString: base)
      }
    }
  }
}
