import Synchronization

@testable import Syncer

/// Holds those who pass until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrivals = 0
  }

  private let state = Mutex(State())
  private let changed = Signal()

  var arrivals: Int { state.withLock { $0.arrivals } }

  func open() {
    state.withLock { $0.isOpen = true }
    changed.signal()
  }

  func pass() async {
    state.withLock { $0.arrivals += 1 }
    changed.signal()
    while true {
      let version = changed.version
      if state.withLock({ $0.isOpen }) || Task.isCancelled { return }
      await changed.wait(after: version)
    }
  }
}
