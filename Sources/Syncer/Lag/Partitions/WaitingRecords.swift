internal import Kafka

/// Records of one partition that were fetched together and wait to be applied: when each came into being. Pure.
///
/// A long run is thinned out to a few hundred, so that what waits costs next to nothing. Then a record between two that are known counts as old
/// as the one before it, until the run is applied to its end.
struct WaitingRecords: Sendable {
  private static let capacity = 256

  /// Those that are known, in order of their offsets; never empty until all are applied.
  private(set) var known: ArraySlice<RecordTimes>
  /// The offset behind the last one.
  let end: Int64
  private let isThinned: Bool

  /// Records in order of their offsets; nil where there are none.
  init?(_ records: some RandomAccessCollection<ChangeRecord>) {
    guard let last = records.last else { return nil }
    let stride = (records.count + Self.capacity - 1) / Self.capacity
    self.init(
      records.enumerated().compactMap { $0.offset.isMultiple(of: stride) ? RecordTimes($0.element) : nil }, end: last.offset + 1,
      isThinned: stride > 1)
  }

  /// Records that nobody has parsed yet.
  init?(polled records: some RandomAccessCollection<ConsumerRecord>) {
    guard let last = records.last else { return nil }
    let stride = (records.count + Self.capacity - 1) / Self.capacity
    self.init(
      records.enumerated().compactMap {
        $0.offset.isMultiple(of: stride) ? RecordTimes(offset: $0.element.offset, timestamp: $0.element.timestamp) : nil
      }, end: last.offset + 1, isThinned: stride > 1)
  }

  init(_ known: [RecordTimes], end: Int64, isThinned: Bool = false) {
    self.known = known[...]
    self.end = end
    self.isThinned = isThinned
  }

  /// The first one that waits, or the one that stands for it.
  var first: RecordTimes? { known.first }

  /// Some of the records were parsed: they tell when their changes were committed.
  mutating func parsed(_ records: some RandomAccessCollection<ChangeRecord>) {
    var index = known.startIndex
    for record in records {
      while index < known.endIndex, known[index].offset < record.offset { index += 1 }
      guard index < known.endIndex else { return }
      if known[index].offset == record.offset { known[index].committed = record.source.map { $0.committedAt / 1000 } }
    }
  }

  /// Everything before `next` is applied. Returns the last known one that went.
  mutating func applied(next: Int64) -> RecordTimes? {
    var gone: RecordTimes?
    while let first = known.first, first.offset < next {
      // Of a thinned run the last one at or before the position stands for those behind it.
      if isThinned, next < end, known.dropFirst().first.map({ $0.offset > next }) ?? true { break }
      gone = known.removeFirst()
    }
    return gone
  }
}
