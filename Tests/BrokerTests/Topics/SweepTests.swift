import Foundation
import Testing

@testable import Broker

@Suite struct SweepTests {
  @Test("retention drops old segments of every topic that wants it")
  func retention() throws {
    let fixture = CatalogueFixture()
    try fixture.create("short", ["retention.ms": "1000"])
    try fixture.create("long")
    try fixture.append(3, to: "short")
    try fixture.append(3, to: "long")
    fixture.scheduler.advance(byMilliseconds: 2000)
    try fixture.catalogue.sweep(now: fixture.scheduler.now, scheduler: fixture.scheduler)
    #expect(try fixture.catalogue.log("short", 0)?.logStartOffset == 3)
    #expect(try fixture.catalogue.log("long", 0)?.logStartOffset == 0)
  }

  @Test("the files of deleted segments go after their delay, without another pass")
  func deletedFiles() throws {
    let fixture = CatalogueFixture()
    try fixture.create("short", ["retention.ms": "1000", "file.delete.delay.ms": "60000"])
    try fixture.append(3, to: "short")
    fixture.scheduler.advance(byMilliseconds: 2000)
    let catalogue = try fixture.catalogue
    catalogue.sweep(now: fixture.scheduler.now, scheduler: fixture.scheduler)
    let log = try #require(catalogue.log("short", 0))
    func deleted() throws -> Int { try (fixture.operations.list(log.folder) ?? []).count { $0.hasSuffix(SegmentName.deleted) } }
    #expect(try deleted() > 0)
    fixture.scheduler.advance(byMilliseconds: 59_000)
    catalogue.removeDeletedFiles(now: fixture.scheduler.now)
    #expect(try deleted() > 0)
    fixture.scheduler.advance(byMilliseconds: 1_000)
    catalogue.removeDeletedFiles(now: fixture.scheduler.now)
    let end = ContinuousClock.now + .seconds(10)
    while try deleted() > 0 {
      try #require(ContinuousClock.now < end, "files are removed on another thread")
      sched_yield()
    }
  }

  @Test("a pass yields to the loop after its slice and goes on later, past topics that were deleted meanwhile")
  func slices() throws {
    let fixture = CatalogueFixture()
    for name in ["a", "b", "c"] {
      try fixture.create(name, ["retention.ms": "1000"])
      try fixture.append(1, to: name)
    }
    fixture.scheduler.advance(byMilliseconds: 2000)
    let catalogue = try fixture.catalogue
    func starts() -> [Int64?] { ["a", "b", "c"].map { catalogue.log($0, 0)?.logStartOffset } }
    catalogue.sweep(now: fixture.scheduler.now, scheduler: fixture.scheduler, slice: .zero)
    #expect(starts() == [1, 0, 0])
    catalogue.sweep(now: fixture.scheduler.now, scheduler: fixture.scheduler, slice: .zero)
    #expect(starts() == [1, 0, 0])
    try catalogue.delete(["b"])
    fixture.scheduler.advance(byMilliseconds: 0)
    #expect(starts() == [1, nil, 1])
    catalogue.sweep(now: fixture.scheduler.now, scheduler: fixture.scheduler)
    #expect(starts() == [1, nil, 1])
  }
}
