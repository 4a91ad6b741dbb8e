import Kafka
import TestSupport
import Testing

@testable import Syncer

/// A consumer with real librdkafka whose partition goes away and comes back while the sink is down.
@Suite(.timeLimit(.minutes(2))) struct PausedPartitionTests {
  @Test func aPartitionThatWentAwayWhilePausedIsReadAgain() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let gate = Gate()
      let slow = CountingHandler { _, _ in await gate.pass() }
      var configuration = installation.configuration()
      configuration.queueBytes = 20_000
      let engine = try installation.engine([slow], configuration, pool: pool)
      try await installation.produce((0..<400).map { Records.envelope($0) })
      try await installation.run(engine) {
        // Its one transaction stands still, so it pauses; then another member takes half of the partitions.
        try await eventually(within: .seconds(30), "a pause") { gate.arrivals >= 1 && !engine.pausedPartitions.isEmpty }
        let other = try installation.engine(pool: pool)
        try await installation.run(other) {
          try await eventually(within: .seconds(60), "the other member's share") { other.status.assigned.count == 2 }
          gate.open()
          try await eventually(within: .seconds(30), "the first member's share") { engine.status.assigned.count == 2 }
        }
        try await eventually(within: .seconds(60), "everything back") { engine.status.assigned.count == 4 }
        try await installation.produce((0..<100).map { Records.envelope($0) })
        try await installation.expectCounted(500)
      }
      await pool.close()
    }
  }
}
