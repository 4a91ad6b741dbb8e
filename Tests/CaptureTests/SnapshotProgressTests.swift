import Postgres
import Testing

@testable import Capture

@Suite struct SnapshotProgressTests {
  @Test func rangesMergeAndHaveARest() throws {
    var ranges = PageRanges()
    #expect(ranges.rest == [0..<PageRanges.endless])
    ranges.insert(8..<16)
    ranges.insert(0..<4)
    #expect(ranges.text == "0-3,8-15")
    #expect(ranges.rest == [4..<8, 16..<PageRanges.endless])
    ranges.insert(4..<8)
    #expect(ranges.ranges == [0..<16])
    ranges.insert(20..<PageRanges.endless)
    #expect(ranges.text == "0-15,20-")
    #expect(PageRanges("0-15,20-") == ranges)
    ranges.insert(10..<30)
    #expect(ranges.isComplete)
    #expect(PageRanges("") == PageRanges())
    for wrong in ["x", "1", "3-1", "-1", "0-99999999999", "1-2-3"] { #expect(PageRanges(wrong) == nil, "\(wrong)") }
  }

  @Test func anOffsetKeepsTheProgress() throws {
    var progress = SnapshotProgress(slotPoint: LSN(rawValue: 77), horizon: 1 << 40)
    var table = SnapshotProgress.Table(oid: 4_000_000_000, file: 17)
    table.done.insert(0..<12)
    progress.tables = ["public.a": table, #"we"ird.ü"#: .init(oid: 1, file: 0)]
    var offset = StoredOffset(slot: "s", snapshot: .running, systemID: "1")
    offset.snapshotProgress = progress
    offset.earlierSnapshotLSNs = [LSN(rawValue: 5), LSN(rawValue: 1 << 33)]
    #expect(try StoredOffset(parsing: offset.text.utf8) == offset)
    // What a newer version wrote otherwise is no progress, and no error.
    let other = offset.text.replacing("slot_point", with: "point")
    #expect(try StoredOffset(parsing: other.utf8).snapshotProgress == nil)
  }

  @Test func aChunkIsDoneOnceAllItsBatchesArrived() {
    let tracker = SnapshotProgressTracker()
    tracker.begin(SnapshotProgress(slotPoint: .zero, horizon: 0), tables: ["t"])
    // As `begin` of a reader does.
    var progress = SnapshotProgress(slotPoint: .zero, horizon: 0)
    progress.tables["t"] = .init(oid: 1, file: 1)
    tracker.begin(progress, tables: ["t"])
    let a = SnapshotChunk(number: 0, table: 0, index: 0, pages: 0..<4)
    let b = SnapshotChunk(number: 1, table: 0, index: 1, pages: 4..<PageRanges.endless)
    let first = tracker.openBatch()
    tracker.touch(a, batch: first)
    let second = tracker.openBatch()
    tracker.touch(a, batch: second)
    tracker.touch(b, batch: second)
    tracker.acknowledge(batch: first)
    #expect(tracker.progress?.tables["t"]?.done.isEmpty == true)
    tracker.end(a)
    #expect(tracker.progress?.tables["t"]?.done.isEmpty == true)
    tracker.acknowledge(batch: second)
    #expect(tracker.progress?.tables["t"]?.done.text == "0-3")
    // No rows came of it: nothing has to arrive.
    tracker.end(b)
    #expect(tracker.progress?.tables["t"]?.done.isComplete == true)
  }

  @Test func theProgressLineSaysWhatAPersonWantsToKnow() {
    let line = SnapshotProgressLine(
      table: "public.orders", rows: 500_000, estimate: 2_000_000, rate: 100_000.4, totalRows: 500_000, totalEstimate: 2_000_000,
      tablesLeft: 2)
    #expect(line.text == "snapshot of public.orders: 500000 rows (25 %), 100000 rows/s, about 15 s left, 2 tables left")
    var unknown = line
    unknown.estimate = nil
    unknown.totalEstimate = 0
    unknown.tablesLeft = 1
    #expect(unknown.text == "snapshot of public.orders: 500000 rows, 100000 rows/s, 1 table left")
    #expect(SnapshotProgressLine.time(seconds: 4000) == "1 h 6 min")
  }
}
