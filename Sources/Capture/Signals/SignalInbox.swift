internal import Foundation
internal import Synchronization

/// Signals on their way to the task that reads the stream. Bounded; any number of channels feed it, one task takes from it.
///
/// Signals of the process (REST's) come from nowhere where they could be read again: they are numbered, and kept until a stored offset says
/// that they were handled. A session that failed before that gets them again.
final class SignalInbox: Sendable {
  /// How many signals may wait.
  static let capacity = 1024
  /// Bytes of one signal's data.
  static let largestData = 1 << 20

  private struct State {
    var waiting: [CaptureSignal] = []
    /// Signals of the process that were taken; their handling is not known to be stored.
    var taken: [CaptureSignal] = []
    var number: Int64 = 0
  }

  /// Tells this process's numbers from those of another.
  private let id = UUID().uuidString.lowercased()
  private let state = Mutex(State())

  var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

  /// Adds a signal.
  ///
  /// - Returns: false if too many wait already.
  func offer(_ signal: CaptureSignal) -> Bool {
    state.withLock { state in
      guard state.waiting.count + state.taken.count < Self.capacity else { return false }
      var signal = signal
      if case .unnumbered = signal.origin {
        state.number += 1
        signal.origin = .process(inbox: id, number: state.number)
      }
      state.waiting.append(signal)
      return true
    }
  }

  /// All that wait, in the order in which they came.
  func take() -> [CaptureSignal] {
    state.withLock { state in
      defer { state.waiting = [] }
      for signal in state.waiting { if case .process = signal.origin { state.taken.append(signal) } }
      return state.waiting
    }
  }

  /// Forgets what was handled before an offset that is stored now.
  func confirm(_ stored: SignalPositions) {
    state.withLock { $0.taken.removeAll { isHandled($0, stored) } }
  }

  /// A session begins at a stored offset: what an earlier one took, and did not store, waits again, before the others.
  func restore(_ stored: SignalPositions) {
    state.withLock { state in
      let lost = state.taken.filter { !isHandled($0, stored) }
      state.taken = []
      state.waiting = lost + state.waiting
    }
  }

  private func isHandled(_ signal: CaptureSignal, _ stored: SignalPositions) -> Bool {
    guard case .process(let inbox, let number) = signal.origin else { return true }
    return stored.inbox == inbox && number <= stored.inboxNumber
  }
}
