import Synchronization

/// What has been acknowledged so far.
final class ChaosProgress: Sendable {
  private let records = Atomic<Int>(0)
  private let committed = Atomic<Int>(0)
  private let aborted = Atomic<Int>(0)

  /// Records of the producers without transactions.
  var recordCount: Int { records.load(ordering: .relaxed) }

  /// One line.
  var summary: String {
    "\(recordCount) records acknowledged, \(committed.load(ordering: .relaxed)) transactions committed, "
      + "\(aborted.load(ordering: .relaxed)) aborted"
  }

  func acknowledged(_ count: Int) { records.add(count, ordering: .relaxed) }
  func committedOne() { committed.add(1, ordering: .relaxed) }
  func abortedOne() { aborted.add(1, ordering: .relaxed) }
}
