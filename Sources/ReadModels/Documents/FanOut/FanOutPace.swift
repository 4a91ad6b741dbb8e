/// How many documents a step takes, so that it lasts about as long as it should. Pure.
///
/// While other work keeps the database busy a step takes longer and the next ones get smaller: who waits for a document waits alike.
struct FanOutPace: Sendable, Hashable {
  /// Documents of the next step.
  private(set) var size: Int
  let target: Duration
  let limit: Int

  init(target: Duration, limit: Int, initial: Int = 100) {
    self.target = target
    self.limit = limit
    size = min(initial, limit)
  }

  /// A step of `documents` took `duration`. One change at most doubles or halves the size.
  mutating func took(_ duration: Duration, documents: Int) {
    guard documents > 0 else { return }
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    let wanted = Double(target.components.seconds) + Double(target.components.attoseconds) / 1e18
    let factor = min(2, max(0.5, wanted / max(seconds, 1e-6)))
    // A step that was not full says nothing about a larger one.
    if factor > 1, documents < size { return }
    size = min(limit, max(1, Int((Double(documents) * factor).rounded())))
  }

  /// A step failed.
  mutating func failed() { size = max(1, size / 2) }
}
