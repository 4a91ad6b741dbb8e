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

  @Test(arguments: ["after-effect-before-commit:3", "after-commit-before-offset-commit:3"])
  func aKilledSyncerAppliesNothingTwiceAndLosesNothing(point: String) async throws {
    try await Installation.with { installation in
      let database = installation.database
      let place = Place(
        kafka: installation.kafka, topic: installation.topic, group: installation.group, host: database.host, port: database.port,
        user: database.user, database: database.database)
      try await installation.produce((0..<400).map { Records.envelope($0) })

      await #expect(processExitsWith: .signal(SIGKILL)) { [place = place as Place, point = point as String] in
        setenv("SLUICE_CRASH_POINT", point, 1)
        let installation = place.installation
        try await installation.engine(pool: installation.pool()).run()
      }
      // Batches of 50: two were committed before the third was killed, or three with it.
      let before = try await installation.counted()
      #expect(before.all > 0 && before.all <= 150)
      #expect(before.twice == 0)

      let pool = installation.pool()
      let engine = try installation.engine(pool: pool)
      try await installation.run(engine) { try await installation.expectCounted(400) }
      #expect(engine.status.counts.recordsApplied == UInt64(400 - before.all))
      await pool.close()
    }
  }
}
