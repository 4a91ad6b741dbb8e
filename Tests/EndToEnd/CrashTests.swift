import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// SIGKILL at any moment: nothing is lost, and nothing is there twice.
  @Suite struct CrashTests {
    private func prepare(_ installation: Installation) async throws -> URL {
      try await installation.connected(installation.write) { connection in
        try await Ledger.create(on: connection)
        try await Ledger.addAccounts(1...60, on: connection)
      }
      return try installation.connector(tables: Ledger.tables)
    }

    @Test func captureAndSyncerAreKilledAtRandomMoments() async throws {
      var random = SeededRandom(for: "random kills")
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let topics = Ledger.tables.map(installation.topic)
        var capture = try installation.capture(connector)
        var syncer = try installation.syncer(connector, topics: topics)
        // The first kill may come before either has done anything.
        let load = LedgerLoad(installation, seed: random.next())
        try await load.run {
          for turn in [true, false, true, false, true, false].shuffled(using: &random) {
            try await load.advance(by: .random(in: 5...250, using: &random))
            if turn {
              try await capture.run.kill()
              capture = try installation.capture(connector)
            } else {
              try await syncer.run.kill()
              syncer = try installation.syncer(connector, topics: topics)
            }
          }
          try await load.advance(by: 50)
        }
        try await Ledger.expectMirrored(installation)
        try await syncer.http.ready()
        #expect(try await installation.broker.count(of: topics.map { "\($0).dlq" }) == 0)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func theSyncerIsKilledWhereItMatters() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        let load = LedgerLoad(installation, seed: 7)
        try await load.run {
          for point in ["after-effect-before-commit:3", "after-commit-before-offset-commit:3"] {
            let doomed = try installation.syncer(
              connector, topics: topics, ["--set", "syncer.batch_size=20"], environment: ["SLUICE_CRASH_POINT": point])
            #expect(try await doomed.run.exit(within: .seconds(60)) == .signal(SIGKILL))
          }
        }
        let syncer = try installation.syncer(connector, topics: topics)
        try await Ledger.expectMirrored(installation)
        #expect(try await syncer.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }
  }
}
