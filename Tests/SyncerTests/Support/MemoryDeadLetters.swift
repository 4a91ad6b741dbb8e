import Synchronization

@testable import Syncer

/// Dead letters in memory; refuses them while told to.
final class MemoryDeadLetters: DeadLetterWriter {
  struct State {
    var letters: [DeadLetter] = []
    var isRefusing = false
    var refused = 0
  }

  let state = Mutex(State())

  var letters: [DeadLetter] { state.withLock { $0.letters } }

  func refuse(_ isRefusing: Bool) { state.withLock { $0.isRefusing = isRefusing } }

  func write(_ letters: [DeadLetter]) async -> [DeadLetterFailure] {
    state.withLock { state in
      if state.isRefusing {
        state.refused += letters.count
        return letters.indices.map { DeadLetterFailure(index: $0, reason: "refused") }
      }
      state.letters += letters
      return []
    }
  }

  func close(deadline: Duration) async {}
}
