import Foundation
import Synchronization
import Testing

@testable import Runtime

@Suite struct HealthTests {
  @Test func nothingToCheckIsUp() async {
    let report = await Health().report(.ready)
    #expect(report.isUp)
    #expect(report.json == #"{"status":"up","checks":[]}"#)
  }

  @Test func eachAspectAsksItsOwnChecks() async throws {
    let health = Health()
    health.register("database", for: [.ready]) { .down("connection refused") }
    health.register("progress", for: [.live, .ready]) { .up("moved 0 s ago") }
    #expect(await health.report(.live).isUp)
    let ready = await health.report(.ready)
    #expect(!ready.isUp)
    let json = try #require(JSONSerialization.jsonObject(with: Data(ready.json.utf8)) as? [String: Any])
    #expect(json["status"] as? String == "down")
    let checks = try #require(json["checks"] as? [[String: Any]])
    #expect(checks.map { $0["name"] as? String } == ["database", "progress"])
    #expect(checks[0]["reason"] as? String == "connection refused")
    health.remove("database")
    #expect(await health.report(.ready).isUp)
  }

  @Test func aSignalIsDownUntilItsOwnerSaysOtherwise() async {
    let health = Health()
    let signal = health.signal("snapshot", initially: "not started")
    #expect(await health.report(.ready).entries.map(\.status) == [.down("not started")])
    signal.status = .up("done")
    #expect(await health.report(.ready).isUp)
  }

  @Test func aHangingCheckIsDownAndStartedOnce() async {
    let health = Health()
    let starts = Atomic<Int>(0)
    let (gate, open) = AsyncStream<Void>.makeStream()
    health.register("stuck", deadline: .milliseconds(20)) {
      starts.wrappingAdd(1, ordering: .relaxed)
      for await _ in gate { break }
      return .up("at last")
    }
    let first = await health.report(.ready)
    #expect(first.entries.map(\.status) == [.down("no answer within 20ms")])
    let second = await health.report(.ready)
    #expect(!second.isUp)
    #expect(second.entries[0].status.reason.hasPrefix("has not answered for"))
    let startsNow = starts.load(ordering: .relaxed)
    #expect(startsNow == 1)
    open.yield()
    open.finish()
    let deadline = ContinuousClock.now + .seconds(10)
    while await !health.report(.ready).isUp, ContinuousClock.now < deadline { await Task.yield() }
    #expect(await health.report(.ready).isUp)
  }

  @Test func reportsAtTheSameTimeShareOneRun() async {
    let health = Health()
    let running = Atomic<Int>(0)
    let overlaps = Atomic<Int>(0)
    health.register("slow", deadline: .seconds(10)) {
      if running.wrappingAdd(1, ordering: .relaxed).newValue > 1 { overlaps.wrappingAdd(1, ordering: .relaxed) }
      for _ in 0..<100 { await Task.yield() }
      running.wrappingSubtract(1, ordering: .relaxed)
      return .up("fine")
    }
    let allUp = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { await health.report(.ready).isUp } }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(allUp)
    let overlapsNow = overlaps.load(ordering: .relaxed)
    #expect(overlapsNow == 0)
  }
}
