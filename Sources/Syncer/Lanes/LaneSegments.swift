internal import Kafka

/// Divides the records of one partition into what lanes can apply at the same time, and what has to be applied by itself. Pure.
struct LaneSegments: Sendable {
  /// Records that follow each other.
  enum Segment: Sendable {
    /// Barriers, one or several: applied in their order, by one.
    case barriers(PolledRun)
    /// By lane; lanes without a record are empty. `last` is the last record of all.
    case lanes([PolledRun], last: PolledRun)
  }

  private(set) var segments: [Segment] = []

  /// - Parameter runs: of one partition, in order.
  init(_ runs: [PolledRun], lanes: Int) {
    for run in runs {
      var start = run.records.startIndex
      var follows = run.follows
      while start < run.records.endIndex {
        let isBarrier = Lane.isBarrier(run.records[start])
        let end = run.records[start...].firstIndex { Lane.isBarrier($0) != isBarrier } ?? run.records.endIndex
        var part = run
        part.records = run.records[start..<end]
        part.follows = follows
        segments.append(isBarrier ? .barriers(part) : Self.divided(part, lanes: lanes))
        follows = run.records[end - 1].offset + 1
        start = end
      }
    }
  }

  private static func divided(_ run: PolledRun, lanes: Int) -> Segment {
    var records = Array(repeating: [ConsumerRecord](), count: lanes)
    for record in run.records { records[Lane.index(of: record.key ?? [], count: lanes)].append(record) }
    var last = run
    last.records = run.records.suffix(1)
    // Once the lanes are done, all before it is.
    last.follows = nil
    return .lanes(
      records.map { lane in
        var part = run
        part.records = lane[...]
        return part
      }, last: last)
  }
}
