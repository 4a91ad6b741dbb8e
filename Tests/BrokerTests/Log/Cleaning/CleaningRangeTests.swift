import Testing

@testable import Broker

@Suite struct CleaningRangeTests {
  var configuration = LogConfiguration()

  init() { configuration.cleanupCompact = true }

  /// Three sealed segments of 100 bytes and ten offsets, from 0 on; the active one begins at 30.
  static let sealed = (0..<3).map { number in
    CleanableSegment(
      baseOffset: Int64(number) * 10, nextOffset: Int64(number) * 10 + 10, sizeBytes: 100, largestTimestamp: Int64(number) * 1000 + 999,
      firstTimestamp: Int64(number) * 1000 + 1)
  }

  func range(checkpoint: Int64? = nil, stable: Int64 = 35, start: Int64 = 0, now: Int64 = 10_000) -> CleaningRange? {
    CleaningRange(
      sealed: Self.sealed, activeOffset: 30, logStartOffset: start, lastStableOffset: stable, checkpoint: checkpoint,
      configuration: configuration, now: now)
  }

  @Test("everything before the active segment, when it was never compacted")
  func never() {
    #expect(range()?.firstUncleanableOffset == 30)
    #expect(range()?.dirtyRatio == 1)
  }

  @Test("not before the dirty part is large enough")
  func ratio() {
    #expect(range(checkpoint: 10)?.dirtyRatio == 200.0 / 300)
    #expect(range(checkpoint: 20) == nil)
    #expect(range(checkpoint: 30) == nil)
  }

  @Test("never beyond the last stable offset")
  func stable() {
    #expect(range(stable: 25)?.firstUncleanableOffset == 20)
    #expect(range(stable: 5) == nil)
    #expect(range(stable: 30)?.firstUncleanableOffset == 30)
  }

  @Test("records younger than min.compaction.lag.ms stay")
  mutating func minLag() {
    configuration.minCompactionLagMillis = 8500
    #expect(range()?.firstUncleanableOffset == 10)
    configuration.minCompactionLagMillis = 9500
    #expect(range() == nil)
  }

  @Test("records older than max.compaction.lag.ms do not wait for the ratio")
  mutating func maxLag() {
    configuration.maxCompactionLagMillis = 7000
    #expect(range(checkpoint: 20)?.firstDirtyOffset == 20)
    configuration.maxCompactionLagMillis = 7999
    #expect(range(checkpoint: 20) == nil)
  }

  @Test("a checkpoint outside of the log counts for nothing")
  func checkpoint() {
    #expect(range(checkpoint: 99)?.firstDirtyOffset == 0)
    #expect(range(checkpoint: 5, start: 10)?.firstDirtyOffset == 10)
  }
}
