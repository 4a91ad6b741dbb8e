import Foundation
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// SIGKILL at each moment at which a key is parked or let go: nothing is lost, nothing applied twice, and the order of each key holds.
@Suite(.timeLimit(.minutes(3))) struct ParkingCrashTests {
  @Test(arguments: [
    "after-dead-letter-before-park", "after-park-before-commit", "after-park-before-commit:2", "after-effect-before-commit:2",
    "after-commit-before-offset-commit:2",
  ])
  func killedWhileItParks(point: String) async throws {
    try await with { installation, place, pool, ledger in
      try await ledger.forbid("k3-1", "k6-0")
      for round in 0..<4 {
        try await installation.produce((0..<20).map { Records.envelope($0, name: "k\($0)-\(round)") }, keys: { "k\($0)" })
      }
      await #expect(processExitsWith: .signal(SIGKILL)) { [place = place as CrashTests.Place, point = point as String] in
        setenv("SLUICE_CRASH_POINT", point, 1)
        try await Self.engine(place.installation).run()
      }
      let engine = try Self.engine(installation)
      try await installation.run(engine) {
        try await eventually(within: .seconds(40), "everything else") { try await ledger.count >= 73 }
        let store = ParkingStore(pool: pool)
        try await eventually(within: .seconds(20), "the queues") { try await store.totals().records == 7 }
        try await ledger.allow()
        for key in try await store.keys() { try await store.requestRetry(of: key.id, by: ParkingActor(name: "t", reason: "r")) }
        try await eventually(within: .seconds(20), "free keys") { try await store.totals().keys == 0 }
      }
      try await expectAll(ledger)
      // At least once each; more only where it died between the letter and its transaction.
      var keys: Set<[UInt8]> = []
      for count in 2...4 where keys.count < 2 {
        keys = Set(try await installation.consume(installation.topic + ".dlq", count: count).compactMap(\.key))
      }
      #expect(keys == [Array("k3".utf8), Array("k6".utf8)])
    }
  }

  @Test(arguments: [
    "after-dead-letter-before-park", "after-park-before-commit", "after-park-before-commit:2", "after-commit-before-offset-commit:2",
  ])
  func killedWhileLanesPark(point: String) async throws {
    try await with { installation, place, pool, ledger in
      try await ledger.forbid("k3-1", "k6-2")
      let store = ParkingStore(pool: pool)
      // The partitions' first offsets: lanes begin once there is one.
      try await installation.produce((0..<20).map { Records.envelope($0, name: "k\($0)-0") }, keys: { "k\($0)" })
      let first = try Self.engine(installation, lanes: 4)
      try await installation.run(first) { try await eventually(within: .seconds(40), "offsets") { try await ledger.count == 20 } }
      for round in 1..<4 {
        try await installation.produce((0..<20).map { Records.envelope($0, name: "k\($0)-\(round)") }, keys: { "k\($0)" })
      }
      await #expect(processExitsWith: .signal(SIGKILL)) { [place = place as CrashTests.Place, point = point as String] in
        setenv("SLUICE_CRASH_POINT", point, 1)
        try await Self.engine(place.installation, lanes: 4).run()
      }
      let last = try Self.engine(installation, lanes: 4)
      try await installation.run(last) {
        try await eventually(within: .seconds(40), "everything else") { try await ledger.count >= 75 }
        try await eventually(within: .seconds(20), "the queues") { try await store.totals().records == 5 }
        try await ledger.allow()
        for key in try await store.keys() { try await store.requestRetry(of: key.id, by: ParkingActor(name: "t", reason: "r")) }
        try await eventually(within: .seconds(20), "free keys") { try await store.totals().keys == 0 }
      }
      try await expectAll(ledger)
    }
  }

  @Test(arguments: ["after-queue-before-commit", "after-queue-commit", "after-queue-before-commit:2"])
  func killedWhileItResolves(point: String) async throws {
    try await with { installation, place, pool, ledger in
      try await ledger.forbid("k3-1", "k6-0")
      for round in 0..<4 {
        try await installation.produce((0..<20).map { Records.envelope($0, name: "k\($0)-\(round)") }, keys: { "k\($0)" })
      }
      let store = ParkingStore(pool: pool)
      let first = try Self.engine(installation)
      try await installation.run(first) {
        try await eventually(within: .seconds(40), "the queues") {
          let (count, records) = (try await ledger.count, try await store.totals().records)
          return count == 73 && records == 7
        }
      }
      try await ledger.allow()
      for key in try await store.keys() { try await store.requestRetry(of: key.id, by: ParkingActor(name: "t", reason: "r")) }
      await #expect(processExitsWith: .signal(SIGKILL)) { [place = place as CrashTests.Place, point = point as String] in
        setenv("SLUICE_CRASH_POINT", point, 1)
        try await Self.engine(place.installation).run()
      }
      let last = try Self.engine(installation)
      try await installation.run(last) {
        try await eventually(within: .seconds(40), "free keys") { try await store.totals().keys == 0 }
      }
      try await expectAll(ledger)
    }
  }

  private static func engine(_ installation: Installation, lanes: Int = 1) throws -> SyncerEngine {
    var configuration = installation.configuration()
    configuration.lanes = lanes
    configuration.parking.pollInterval = .milliseconds(50)
    // Several transactions for one queue.
    configuration.parking.queueRecords = 2
    return try installation.engine(
      [KeyLedgerHandler()], configuration,
      pool: Pool(configuration: installation.database, maxConnections: 12, logger: testLogger("pool")))
  }

  private func expectAll(_ ledger: LedgerEntries) async throws {
    let found = (try await ledger.count, try await ledger.doubles, try await ledger.overtaken)
    #expect(found == (80, 0, 0))
  }

  private func with(_ body: (Installation, CrashTests.Place, Pool, LedgerEntries) async throws -> Void) async throws {
    try await Installation.with { installation in
      let database = installation.database
      let place = CrashTests.Place(
        kafka: installation.kafka, topic: installation.topic, group: installation.group, host: database.host, port: database.port,
        user: database.user, database: database.database)
      let pool = installation.pool()
      try await pool.withConnection { try await KeyLedgerHandler().prepare($0) }
      try await ParkingStore(pool: pool).prepare()
      do {
        try await body(installation, place, pool, LedgerEntries(pool: pool))
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }
}
