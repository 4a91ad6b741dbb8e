import Synchronization

/// Tells a compaction on its thread to stop soon. For any thread.
final class CleaningCancellation: Sendable {
  private let flag = Atomic(false)

  func cancel() { flag.store(true, ordering: .relaxed) }

  var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
