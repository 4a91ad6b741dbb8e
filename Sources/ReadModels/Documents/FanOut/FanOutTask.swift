/// How far the walk over the documents that one value leads to has come. Pure: what a step and a change of the value in between do to it.
///
/// The walk goes through the reached values in their order, from `cursor` on. A change of the value while it goes (a brand renamed again)
/// does not begin it anew, or changes that come faster than a walk takes would keep it from ever reaching the end: it goes on to the end,
/// begins again (`isWrapped`), and ends at `stop`, where it was when the change came. Each value is so reached behind every change, and no
/// later than one round behind.
struct FanOutTask: Sendable, Hashable {
  /// What names a task.
  struct Name: Sendable, Hashable {
    /// The document table, quoted.
    var document: String
    /// ``FanOutPath/name``.
    var path: String
    /// The value that changed: a brand's ID.
    var value: String
  }

  var name: Name
  /// Grows with each change of the value.
  var generation: Int64 = 1
  /// The highest LSN of the changes.
  var lsn: Int64
  /// The lowest LSN of a change that some document may not show yet.
  var firstLSN: Int64
  /// Changes up to this LSN were committed when the walk last stood at the beginning.
  var roundLSN: Int64
  /// The last value that was reached; nil at the beginning.
  var cursor: String?
  /// Where a walk that began again ends; nil where it ends at the end.
  var stop: String?
  /// Whether it has begun again.
  var isWrapped = false
  /// Documents still to be reached, about; nil where they were not counted since the last change.
  var remaining: Int64?

  /// Where the next step ends at the latest.
  var bound: String? { isWrapped ? stop : nil }

  /// A change of the value came. (`FanOutStore.enqueue` says the same in SQL.)
  mutating func changed(lsn: Int64) {
    generation += 1
    self.lsn = max(self.lsn, lsn)
    firstLSN = min(firstLSN, lsn)
    roundLSN = min(roundLSN, lsn - 1)
    stop = cursor
    isWrapped = false
    remaining = nil
  }

  /// A step has reached the values after ``cursor``.
  ///
  /// - Parameters:
  ///   - page: what it reached, in order.
  ///   - isLast: whether there was nothing behind them, up to ``bound``.
  ///   - begun: the task as it was when the step began. A change that came since is one that the step may not have seen: it counts as one
  ///     that came behind it.
  /// - Returns: whether the walk is over.
  mutating func stepped(_ page: [String], isLast: Bool, begun: FanOutTask) -> Bool {
    let isChanged = generation != begun.generation
    remaining = isChanged ? nil : remaining.map { max(0, $0 - Int64(page.count)) }
    guard isLast else {
      cursor = page.last ?? begun.cursor
      if isChanged { stop = cursor }
      return false
    }
    if begun.isWrapped {
      guard isChanged else { return true }
      cursor = begun.stop
      stop = begun.stop
      isWrapped = false
      return false
    }
    guard isChanged || begun.stop != nil else { return true }
    // From the end to the beginning: all that was committed when it last stood there is shown by every document.
    firstLSN = max(firstLSN, roundLSN + 1)
    roundLSN = lsn
    cursor = nil
    isWrapped = !isChanged
    if isChanged { stop = nil }
    return false
  }
}
