import Kafka
import Testing

@testable import Syncer

/// How records are divided into lanes.
struct LaneTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)

  private func record(_ offset: Int64, key: String?, value: String? = #"{"op":"u"}"#) -> ConsumerRecord {
    ConsumerRecord(topic: "t", partition: 0, offset: offset, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) })
  }

  @Test(arguments: [("", 5, 0), ("a", 4, 0), ("k1", 4, 2), ("k2", 4, 3), (#"{"id":1}"#, 3, 1)])
  func aKeysLaneNeverChanges(key: String, count: Int, lane: Int) {
    #expect(Lane.index(of: Array(key.utf8), count: count) == lane)
  }

  @Test func keysAreSpreadOverAllLanes() {
    var counts = [0, 0, 0, 0]
    for id in 0..<4000 { counts[Lane.index(of: Array(#"{"id":\#(id)}"#.utf8), count: 4)] += 1 }
    for count in counts { #expect((800...1200).contains(count)) }
  }

  @Test(
    arguments: [
      (nil, #"{"op":"u"}"#, true), ("k", #"{"op":"u"}"#, false), ("k", #"{"op":"t"}"#, true), ("k", "{\"op\" :\n \"t\"}", true),
      ("k", nil, false), ("k", "", false), ("k", #""op":"#, false), ("k", #"{"op":"u","x":{"op":"t"}}"#, true),
      ("k", #"{"op":"tt"}"#, false), ("k", #"{"opt":"t"}"#, false),
    ] as [(String?, String?, Bool)])
  func recordsWithoutAKeyAndTruncationsAreBarriers(key: String?, value: String?, isBarrier: Bool) {
    #expect(Lane.isBarrier(record(0, key: key, value: value)) == isBarrier)
  }

  @Test func segmentsAreCutAtBarriers() {
    let records = [
      record(0, key: "a"), record(1, key: "b"), record(2, key: nil), record(3, key: nil), record(4, key: "a"), record(5, key: "b"),
      record(7, key: "a"),
    ]
    let segments = LaneSegments([PolledRun(partition: p0, epoch: 1, follows: 0, records: records[...])], lanes: 4).segments
    var seen: [[Int64]] = []
    var follows: [Int64?] = []
    for segment in segments {
      switch segment {
      case .barriers(let run):
        seen.append(run.records.map(\.offset))
        follows.append(run.follows)
      case .lanes(let runs, let last):
        #expect(runs.count == 4)
        for run in runs {
          #expect(Set(run.records.map { Lane.index(of: $0.key ?? [], count: 4) }).count <= 1)
          #expect(run.records.map(\.offset) == run.records.map(\.offset).sorted())
        }
        seen.append(runs.flatMap { $0.records.map(\.offset) }.sorted())
        follows.append(runs[0].follows)
        #expect(last.records.map(\.offset) == [seen.last?.last ?? -1])
      }
    }
    #expect(seen == [[0, 1], [2, 3], [4, 5, 7]])
    #expect(follows == [0, 2, 4])
  }

  @Test func whatALaneHasAppliedIsKnownByTheKey() {
    let lane = Lane.index(of: Array("k1".utf8), count: 4)
    var progress = LaneProgress(next: [10, 10, 10, 10])
    progress.next[lane] = 20
    #expect(progress.hasApplied(key: Array("k1".utf8), offset: 19))
    #expect(!progress.hasApplied(key: Array("k1".utf8), offset: 20))
    #expect(!progress.hasApplied(key: Array("k2".utf8), offset: 15))
    #expect(!progress.hasApplied(key: nil, offset: 5))
    #expect(!progress.isCovered(by: 19))
    #expect(progress.isCovered(by: 20))
  }
}
