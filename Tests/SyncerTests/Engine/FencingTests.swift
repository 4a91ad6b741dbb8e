import Kafka
import TestSupport
import Testing

@testable import Syncer

/// Static members and their twins, with a real coordinator and a real read database.
@Suite(.timeLimit(.minutes(3))) struct FencingTests {
  private static let name = "syncer-1"

  private func envelopes(_ range: Range<Int>) -> [[UInt8]?] { range.map { Records.envelope($0) } }

  /// Joins under the syncer's name, which fences it.
  private func twin(_ installation: Installation) async throws -> Consumer {
    let twin = try installation.consumer(instanceID: Self.name)
    try await twin.subscribe([installation.topic], rebalance: CommittedOffsets())
    try await eventually("the twin to have the name") {
      _ = try await twin.nextBatch(maxWait: .milliseconds(20))
      let group = try await twin.describeGroup(timeout: .seconds(2))
      guard let own = await twin.memberID() else { return false }
      return group.members.contains { $0.instanceID == Self.name && $0.id == own }
    }
    return twin
  }

  @Test func aFencedSyncerWhoseTwinIsGoneJoinsAgain() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce(envelopes(0..<50))
      let engine = try installation.engine(pool: pool, instanceID: Self.name)
      try await installation.run(engine) {
        try await installation.expectCounted(50)
        let twin = try await twin(installation)
        // A static member does not leave when it closes.
        await twin.close(deadline: .seconds(5))
        try await installation.produce(envelopes(50..<100))
        try await eventually(within: .seconds(10), "the syncer to be fenced") { engine.status.assigned.isEmpty }
        #expect(!engine.status.isReady)
        try await installation.expectCounted(100)
        try await eventually("all partitions again") { engine.status.assigned.count == Installation.partitions }
      }
      await pool.close()
    }
  }

  @Test func aFencedSyncerWhoseTwinLivesEndsAndNamesTheSetting() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let engine = try installation.engine(pool: pool, instanceID: Self.name)
      let running = Task { try await engine.run() }
      try await eventually(within: .seconds(20), "partitions") { engine.status.assigned.count == Installation.partitions }
      let twin = try await twin(installation)
      let living = Task { while try await twin.nextBatch(maxWait: .milliseconds(100)) != nil {} }
      let error = await #expect(throws: SyncerError.self) { try await within(.seconds(40), "the end") { try await running.value } }
      #expect(error?.code == .fencedInstance)
      #expect(error?.reason.contains("syncer.instance_id") == true)
      await twin.close(deadline: .seconds(5))
      try await living.value
      await pool.close()
    }
  }

  @Test func aFencedSyncerStopsWhenItIsAsked() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let engine = try installation.engine(pool: pool, instanceID: Self.name)
      try await installation.run(engine) {
        try await eventually(within: .seconds(20), "partitions") { engine.status.assigned.count == Installation.partitions }
        let twin = try await twin(installation)
        try await eventually(within: .seconds(10), "the syncer to be fenced") { engine.status.assigned.isEmpty }
        await twin.close(deadline: .seconds(5))
      }
      await pool.close()
    }
  }
}
