import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// Syncers that share a group: one goes, comes back, or has the other one's name.
  @Suite struct MembershipTests {
    private static let all = Double(Ledger.tables.count * Broker.partitions)

    private func prepare(_ installation: Installation) async throws -> URL {
      try await installation.connected(installation.write) { connection in
        try await Ledger.create(on: connection)
        try await Ledger.addAccounts(1...60, on: connection)
      }
      return try installation.connector(tables: Ledger.tables)
    }

    private func owned(_ syncer: Installation.Daemon) async -> Double {
      await syncer.http.metric("sluice_syncer_assigned_partitions") ?? 0
    }

    private func shared(_ first: Installation.Daemon, _ second: Installation.Daemon) async throws {
      try await eventually(within: .seconds(60), "both have partitions") {
        let (a, b) = (await owned(first), await owned(second))
        return a > 0 && b > 0 && a + b == Self.all
      }
      try await first.http.ready()
      try await second.http.ready()
    }

    @Test func aMemberThatIsStoppedUnderLoadLeavesItsPartitionsToTheOtherAtOnce() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        let stays = try installation.syncer(connector, topics: topics)
        let goes = try installation.syncer(connector, topics: topics)
        try await shared(stays, goes)
        let load = LedgerLoad(installation, seed: 5)
        try await load.run {
          try await load.advance(by: 150)
          #expect(try await goes.run.terminate(within: .seconds(20)) == .code(0), "\(goes.run.tail)")
          // A session that nobody had ended would last for 45 s.
          try await eventually(within: .seconds(10), "the other has all") { await owned(stays) == Self.all }
          try await load.advance(by: 100)
        }
        try await Ledger.expectMirrored(installation)
        try await expectOnce(installation)
        #expect(try await stays.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func aStaticMemberThatComesBackCausesNoRebalance() async throws {
      try await Installation.with(tables: Ledger.tables) { installation in
        let connector = try await prepare(installation)
        let topics = Ledger.tables.map(installation.topic)
        let capture = try installation.capture(connector)
        func member(_ name: String) throws -> Installation.Daemon {
          try installation.syncer(connector, topics: topics, ["--set", "syncer.instance_id=\(name)"])
        }
        let other = try member("b")
        let first = try member("a")
        try await shared(other, first)
        let before = await other.http.metric("sluice_syncer_rebalances_total")
        let mine = await owned(first)
        let load = LedgerLoad(installation, seed: 6)
        try await load.run {
          try await load.advance(by: 50)
          #expect(try await first.run.terminate(within: .seconds(20)) == .code(0), "\(first.run.tail)")
          try await load.advance(by: 100)
          let again = try member("a")
          try await again.http.ready()
          #expect(await owned(again) == mine)
          try await load.advance(by: 50)
          #expect(await owned(other) == Self.all - mine)
          #expect(await other.http.metric("sluice_syncer_rebalances_total") == before)
        }
        try await Ledger.expectMirrored(installation)
        try await expectOnce(installation)
        #expect(try await other.run.terminate() == .code(0))
        #expect(try await capture.run.terminate() == .code(0))
      }
    }

    @Test func twoWithOneInstanceIDAreToldOfIt() async throws {
      try await Installation.with(tables: ["accounts"]) { installation in
        let connector = try await prepare(installation)
        let topics = [installation.topic("accounts")]
        let first = try installation.syncer(connector, topics: topics, ["--set", "syncer.instance_id=a"])
        try await eventually(within: .seconds(60), "the first has its partitions") { await owned(first) == Double(Broker.partitions) }
        let second = try installation.syncer(connector, topics: topics, ["--set", "syncer.instance_id=a"])
        #expect(try await first.run.exit(within: .seconds(60)) == .code(ExitCode.configuration.rawValue), "\(first.run.tail)")
        #expect(first.run.errors.contains("syncer.instance_id"), "\(first.run.tail)")
        try await eventually(within: .seconds(60), "the second has its place") { await owned(second) == Double(Broker.partitions) }
        #expect(try await second.run.terminate() == .code(0))
      }
    }

    /// A table without a key takes each entry as it comes: one that was applied twice would stand there twice.
    private func expectOnce(_ installation: Installation) async throws {
      let written = try await installation.connected(installation.write) {
        try await $0.query("SELECT count(*) FROM journal").single()[0, as: Int64.self]
      }
      let mirrored = try await installation.connected(installation.read) {
        try await $0.query("SELECT count(*) FROM ledger.journal").single()[0, as: Int64.self]
      }
      #expect(mirrored == written)
    }
  }
}
