import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// The broker ends while everybody works, and comes back with what it has on disk: nothing is lost, and nothing is there twice.
  @Suite(.disabled(if: Broker.isForeign, "the broker is somebody else's")) struct BrokerEndTests {
    @Test func killedAtRandomMoments() async throws {
      var random = SeededRandom(for: "kills of the broker")
      let seed = random.next()
      let waits = (0..<4).map { _ in (before: Int.random(in: 5...250, using: &random), away: Int.random(in: 1...100, using: &random)) }
      try await underLoad(seed: seed) { installation, load in
        for wait in waits {
          try await load.advance(by: wait.before)
          try await installation.broker.process?.kill()
          try await load.advance(by: wait.away)
          try await installation.restartBroker()
        }
        try await load.advance(by: 50)
      }
    }

    @Test func stoppedAndStartedAgain() async throws {
      try await underLoad(seed: 11) { installation, load in
        for _ in 0..<2 {
          try await load.advance(by: 100)
          let stopped = try #require(installation.broker.process)
          #expect(try await stopped.terminate(within: .seconds(10)) == .code(0), "\(stopped.tail)")
          try await load.advance(by: 100)
          try await installation.restartBroker()
          let started = try #require(installation.broker.process)
          let complaints = (stopped.errorLines + started.errorLines).filter { $0.contains(" WARNING ") || $0.contains(" ERROR ") }
          #expect(complaints == [])
        }
        try await load.advance(by: 50)
      }
    }

    /// Runs `body` while rows are written, captured and mirrored, then compares everything along the path.
    private func underLoad(seed: UInt64, _ body: (Installation, LedgerLoad) async throws -> Void) async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        try await installation.connected(installation.write) { connection in
          try await Ledger.create(on: connection)
          try await Ledger.addAccounts(1...60, on: connection)
        }
        let connector = try installation.connector(tables: Ledger.tables)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        let syncer = try installation.syncer(connector, topics: topics)
        // The broker may be away before either has done anything.
        let load = LedgerLoad(installation, seed: seed)
        try await load.run { try await body(installation, load) }
        try await Ledger.expectMirrored(installation)
        // The same processes as at the beginning: a broker that is away is no reason to end.
        try await capture.http.ready()
        try await syncer.http.ready()

        // One record for each entry: what the producer had to send again was recognised.
        let entries = try await installation.connected(installation.write) {
          try await $0.query("SELECT count(*) FROM journal").single()[0, as: Int64.self]
        }
        #expect(try await installation.broker.count(of: [installation.topic("journal")]) == entries)
        #expect(try await installation.broker.count(of: topics.map { "\($0).dlq" }) == 0)

        let all = try await installation.broker.count(of: topics)
        try await eventually(within: .seconds(20), "no lag") { await syncer.http.metric("kafka_consumergroup_group_lag") == 0 }
        #expect(try await syncer.run.terminate() == .code(0))
        let stored = try await installation.connected(installation.read) {
          try await $0.query("SELECT coalesce(sum(next_offset), 0)::bigint FROM sluice_offsets").single()[0, as: Int64.self]
        }
        #expect(stored == all)
        // The group's own offsets may be behind: librdkafka looks for a coordinator that was away at ever longer intervals, up to 10 s.
        let committed = try await installation.broker.committed(topics, by: installation.group)
        #expect(committed > 0 && committed <= stored)
        #expect(try await capture.run.terminate() == .code(0))

        // What it has told is still so after one more end.
        try await installation.broker.process?.kill()
        try await installation.restartBroker()
        #expect(try await installation.broker.committed(topics, by: installation.group) == committed)
        #expect(try await installation.broker.count(of: topics) == all)
      }
    }
  }
}
