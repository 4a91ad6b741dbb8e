import Foundation
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// SIGKILL at the two moments that matter: what was applied and not committed is applied again, what was committed is not.
@Suite(.timeLimit(.minutes(3))) struct CrashTests {
  /// What a process of its own needs to know.
  struct Place: Codable, Sendable {
    var kafka: String
    var topic: String
    var group: String
    var host: String
    var port: Int
    var user: String
    var database: String

    var installation: Installation {
      Installation(
        kafka: kafka, topic: topic, group: group,
        database: ConnectionConfiguration(host: host, port: port, user: user, database: database))
    }
  }

  /// What is committed of batches of 50 when the third is at the point: two of them, or it, too. Of two appliers the other one can have committed
  /// one more and not have come to the point after it.
  @Test(arguments: [
    ("after-effect-before-commit:3", 1, 100), ("after-commit-before-offset-commit:3", 1, 150), ("after-effect-before-commit:3", 2, 100),
    ("after-commit-before-offset-commit:3", 2, 200),
  ])
  func aKilledSyncerAppliesNothingTwiceAndLosesNothing(point: String, appliers: Int, atMost: Int) async throws {
    try await Installation.with { installation in
      let database = installation.database
      let place = Place(
        kafka: installation.kafka, topic: installation.topic, group: installation.group, host: database.host, port: database.port,
        user: database.user, database: database.database)
      try await installation.produce((0..<400).map { Records.envelope($0) })

      await #expect(processExitsWith: .signal(SIGKILL)) {
        [place = place as Place, point = point as String, appliers = appliers as Int] in
        setenv("SLUICE_CRASH_POINT", point, 1)
        let installation = place.installation
        var configuration = installation.configuration()
        configuration.parallelism = appliers
        try await installation.engine([CountingHandler()], configuration, pool: installation.pool()).run()
      }
      let before = try await installation.counted()
      #expect(before.all > 0 && before.all <= atMost)
      #expect(before.twice == 0)

      let pool = installation.pool()
      let engine = try installation.engine(pool: pool)
      try await installation.run(engine) { try await installation.expectCounted(400) }
      #expect(engine.status.counts.recordsApplied == UInt64(400 - before.all))
      await pool.close()
    }
  }
}
