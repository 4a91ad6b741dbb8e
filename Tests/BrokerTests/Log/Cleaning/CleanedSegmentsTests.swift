import Testing

@testable import Broker

@Suite struct CleanedSegmentsTests {
  private static let killed = LogError(path: "", reason: "killed")

  /// Throws at the n-th crash point.
  private final class Killer {
    var left: Int
    init(after left: Int) { self.left = left }

    func point() throws(LogError) {
      left -= 1
      if left < 0 { throw CleanedSegmentsTests.killed }
    }
  }

  /// Two segments that become one, with an aborted transaction in the first of them.
  static func log(abortedStays: Bool) throws -> LogFixture {
    let log = try LogFixture()
    try log.append([("a", "1"), ("b", "1")])
    if abortedStays { try log.append([("x", "1")], producer: 4, sequence: 0, transactional: true) }
    try log.append([("a", "2")])
    try log.roll()
    if abortedStays { try log.endTransaction(producer: 4, .abort) }
    try log.append([("b", "2"), ("c", "1")])
    try log.roll()
    try log.append([("d", "1")])
    return log
  }

  static let before = ["a=1", "b=1", "a=2", "b=2", "c=1", "d=1"]
  static let after = ["a=2", "b=2", "c=1", "d=1"]

  /// The files in the folder, of which none may be left over.
  static func names(_ log: LogFixture) throws -> [String] { try log.operations.list(log.folder.path) ?? [] }

  static func expectOnlyFinalNames(_ log: LogFixture) throws {
    for name in try names(log) {
      #expect([".log", ".index", ".txnindex"].contains { name.hasSuffix($0) }, "\(name) is left over")
    }
  }

  @Test("killed before the commit, the old data is there and the new files are gone")
  func beforeCommit() throws {
    let log = try Self.log(abortedStays: false)
    let writer = CleanedSegments.path(log.folder.path, 0, SegmentName.log)
    log.operations.close(try log.operations.open(writer, create: true))
    try CleanedSegments.recover(log.folder.path)
    try Self.expectOnlyFinalNames(log)
    #expect(try log.lines() == Self.before)
  }

  @Test("killed anywhere after the commit, and again anywhere in the recovery, the new data is there", arguments: [false, true])
  func afterCommit(abortedStays: Bool) throws {
    var kills = 0
    var ended = false
    while !ended {
      for again in [Int.max, 0, 1, 2, 3, 5, 8, 13] {
        let log = try Self.log(abortedStays: abortedStays)
        var cleaner = Cleaner(plan: log.plan())
        let segment = try #require(try cleaner.next())
        #expect(segment.hasAbortedTransactions == abortedStays)
        let killer = Killer(after: kills)
        do {
          try CleanedSegments.swap(segment, in: log.folder.path, operations: log.operations, crashPoint: killer.point)
          try CleanedSegments.conclude(segment, in: log.folder.path, operations: log.operations, crashPoint: killer.point)
          ended = true
        } catch { #expect(error == Self.killed) }
        let second = Killer(after: again)
        try? CleanedSegments.recover(log.folder.path, crashPoint: second.point)
        try CleanedSegments.recover(log.folder.path)
        try Self.expectOnlyFinalNames(log)
        try log.adopt(segment)
        let lines = try log.lines()
        #expect(lines == Self.after)
        #expect(try log.committedState() == ["a": "2", "b": "2", "c": "1", "d": "1"])
      }
      kills += 1
    }
    #expect(kills > 8)
  }

  @Test("given up before the swap, the old data is there")
  func abandoned() throws {
    let log = try Self.log(abortedStays: true)
    var cleaner = Cleaner(plan: log.plan())
    _ = try #require(try cleaner.next())
    try cleaner.abandon()
    try Self.expectOnlyFinalNames(log)
    #expect(try log.committedState() == ["a": "2", "b": "2", "c": "1", "d": "1"])
    #expect(try log.lines().count == Self.before.count + 1)
  }

  @Test("a damaged commit is reported, nothing is touched")
  func damagedCommit() throws {
    let log = try Self.log(abortedStays: false)
    var cleaner = Cleaner(plan: log.plan())
    _ = try #require(try cleaner.next())
    let path = log.folder.path("compaction.swap")
    var bytes = try #require(try log.operations.contents(path))
    bytes.setInteger(7 as UInt8, at: 12)
    try log.operations.replace(path, with: bytes, durably: false, folder: log.folder.path)
    #expect(throws: LogError.self) { try CleanedSegments.recover(log.folder.path) }
    #expect(try log.lines() == Self.before)
  }
}
