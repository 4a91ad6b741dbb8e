internal import Synchronization

/// Signals on their way to the task that reads the stream. Bounded; any number of channels feed it, one task takes from it.
final class SignalInbox: Sendable {
  /// How many signals may wait.
  static let capacity = 1024
  /// Bytes of one signal's data.
  static let largestData = 1 << 20

  private let state = Mutex<[CaptureSignal]>([])

  var isEmpty: Bool { state.withLock { $0.isEmpty } }

  /// Adds a signal.
  ///
  /// - Returns: false if too many wait already.
  func offer(_ signal: CaptureSignal) -> Bool {
    state.withLock { waiting in
      guard waiting.count < Self.capacity else { return false }
      waiting.append(signal)
      return true
    }
  }

  /// All that wait, in the order in which they came.
  func take() -> [CaptureSignal] {
    state.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
