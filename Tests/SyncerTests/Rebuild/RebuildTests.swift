import Kafka
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Syncer

/// New versions of a ledger that counts everything twice that is applied twice, beside a live syncer.
@Suite(.timeLimit(.minutes(5))) struct RebuildTests {
  /// Produces until it is stopped.
  private final class Load: Sendable {
    private let isStopped = Atomic<Bool>(false)
    private let first: Int

    init(produced: Int) { first = produced }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Returns how many there are.
    func run(_ installation: Installation) async throws -> Int {
      var count = first
      while !isStopped.load(ordering: .relaxed) {
        try await installation.produce((count..<count + 40).map { Records.envelope($0) })
        count += 40
      }
      return count
    }
  }

  private func configuration(_ installation: Installation) -> RebuildConfiguration {
    var consumer = ConsumerConfiguration(bootstrapServers: installation.kafka, groupID: nil)
    consumer.fetchMaximumWait = .milliseconds(20)
    var configuration = RebuildConfiguration(consumer: consumer, group: installation.group)
    configuration.batchRecords = 50
    configuration.quietAfter = .milliseconds(300)
    return configuration
  }

  private func rebuild(
    _ installation: Installation, _ pool: Pool, _ projection: VersionedProjection = LedgerHandler.projection(),
    _ change: (inout RebuildConfiguration) -> Void = { _ in }
  ) -> Rebuild {
    var configuration = configuration(installation)
    change(&configuration)
    return Rebuild(projection, configuration: configuration, pool: pool, logger: testLogger("rebuild"))
  }

  /// How often each record stands in a ledger, by stamp.
  private func entries(_ pool: Pool, _ table: String = "public.ledger") async throws -> (all: Int, twice: Int, stamps: [String: Int]) {
    try await pool.withConnection { connection in
      let rows = try await connection.query(
        """
        SELECT stamp, count(*) AS n FROM \(unescaped: table) GROUP BY stamp
        """)
      var stamps: [String: Int] = [:]
      for row in rows { stamps[try row["stamp", as: String.self]] = Int(try row["n", as: Int64.self]) }
      let twice = try await connection.query(
        """
        SELECT count(*) FROM (SELECT FROM \(unescaped: table) GROUP BY topic, partition, "offset" HAVING count(*) > 1) t
        """
      ).single()[0, as: Int64.self]
      return (stamps.values.reduce(0, +), Int(twice), stamps)
    }
  }

  private func expectEntries(_ count: Int, _ pool: Pool) async throws {
    try await eventually(within: .seconds(60), "\(count) entries") { (try? await entries(pool).all) ?? 0 >= count }
    let found = try await entries(pool)
    #expect(found.all == count)
    #expect(found.twice == 0)
  }

  @Test func aVersionIsBuiltFromTheTopicsAndTakesThePlaceOfTheLiveOne() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce((0..<200).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(200, pool)
        let phases = Mutex<[RebuildProgress]>([])
        let record = try await rebuild(installation, pool).run(actor: "ann") { progress in phases.withLock { $0.append(progress) } }
        #expect(record.state == .live)
        #expect(record.version.number == 2)
        #expect(record.records == 200)
        let found = try await entries(pool)
        #expect(found.stamps == ["v2": 200])
        #expect(found.twice == 0)
        // The former one is kept, and the view goes with its table.
        #expect(try await entries(pool, "public__ledger_v1.ledger").stamps == ["old": 200])
        let names = try await pool.withConnection {
          try await $0.query("SELECT count(*) FROM public.ledger_names").single()[0, as: Int64.self]
        }
        #expect(names == 200)
        #expect(phases.withLock { $0.map(\.phase) }.last == .live)
        #expect(phases.withLock { $0.first?.left } == 200)
        // The live syncer goes on, in the new version.
        try await installation.produce((200..<240).map { Records.envelope($0) })
        try await expectEntries(240, pool)
        #expect(try await entries(pool).stamps == ["v2": 200, "old": 40])
        #expect(try await entries(pool, "public__ledger_v1.ledger").all == 200)
      }
      await pool.close()
    }
  }

  @Test func aLiveSyncerUnderLoadLosesNothingAndDoesNothingTwice() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      try await installation.produce((0..<400).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(400, pool)
        let load = Load(produced: 400)
        let writing = Task { try await load.run(installation) }
        do {
          // Three versions, one after the other, and back.
          for number in 2...4 {
            let record = try await rebuild(installation, pool) { $0.switchDistance = 200 }.run(actor: "ann") { _ in }
            #expect(record.version.number == number)
          }
          let back = try await rebuild(installation, pool).rollBack(actor: "ann") { _ in }
          #expect(back.version.number == 3)
        } catch {
          load.stop()
          throw error
        }
        load.stop()
        let count = try await writing.value
        #expect(count > 400, "there was no load")
        try await expectEntries(count, pool)
      }
      let versions = try await pool.withConnection { try await Rebuild.versions(of: "ledger", $0) }
      #expect(versions.map(\.state) == [.old, .old, .live, .old])
      #expect(try await rebuild(installation, pool).drop(abandoned: false).map(\.number) == [1, 2, 4])
      let left = try await pool.withConnection {
        try await $0.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public\\_\\_%'").map { try $0[0, as: String.self] }
      }
      #expect(left.isEmpty, "all schemas of dropped versions are gone")
      await pool.close()
    }
  }

  @Test func anInterruptedRebuildGoesOnWhereItWas() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      try await installation.produce((0..<400).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(400, pool)
        for round in 0..<4 {
          // Cancelled inside of a transaction, each time a bit later.
          let batches = Atomic<Int>(0)
          let gate = Gate()
          let projection = LedgerHandler.projection { _, _ in
            if batches.add(1, ordering: .relaxed).newValue > 1 + round / 2 {
              await gate.pass()
              try Task.checkCancellation()
            }
          }
          // More batches than all rounds together let pass.
          let task = Task {
            try await rebuild(installation, pool, projection) {
              $0.parallelism = 1
              $0.batchRecords = 20
            }.run(actor: "ann") { _ in }
          }
          try await eventually(within: .seconds(30)) { gate.arrivals > 0 }
          task.cancel()
          await #expect(throws: (any Error).self) { try await task.value }
        }
        let before = try await entries(pool, "public__ledger_v2.ledger")
        #expect(before.all > 0, "the first runs have left something behind")
        #expect(before.all < 400)
        let record = try await rebuild(installation, pool).run(actor: "ann") { _ in }
        #expect(record.version.number == 2)
        let found = try await entries(pool)
        #expect(found.stamps == ["v2": 400])
        #expect(found.twice == 0)
      }
      await pool.close()
    }
  }

  @Test func oneProjectionIsRebuiltByOneProcessAtATime() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      try await installation.produce((0..<40).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(40, pool)
        let gate = Gate()
        let first = Task {
          try await rebuild(installation, pool, LedgerHandler.projection { _, _ in await gate.pass() }).run(actor: "ann") { _ in }
        }
        try await eventually { gate.arrivals > 0 }
        let error = await #expect(throws: RebuildError.self) { try await rebuild(installation, pool).run(actor: "bob") { _ in } }
        #expect(error?.code == .isRunning)
        gate.open()
        #expect(try await first.value.version.number == 2)
      }
      await pool.close()
    }
  }

  @Test func recordsThatCannotBeAppliedKeepTheLiveVersionWhereItIs() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      try await installation.produce((0..<40).map { Records.envelope($0, name: $0 == 17 ? "bad" : "good") } + [Array("no JSON".utf8)])
      var live = installation.configuration()
      live.unknownRecords = .skip
      try await installation.run(try installation.engine([LedgerHandler()], live, pool: pool)) {
        try await expectEntries(40, pool)
        let projection = LedgerHandler.projection(refused: "bad")
        let error = await #expect(throws: RebuildError.self) {
          try await rebuild(installation, pool, projection).run(actor: "ann") { _ in }
        }
        #expect(error?.code == .hasFailures)
        #expect(error?.description.contains("the name is refused") == true)
        #expect(try await entries(pool).stamps == ["old": 40])
        // The one that cannot be read has no projection: it does not count.
        let record = try await rebuild(installation, pool, projection) { $0.acceptsFailures = true }.run(actor: "ann") { _ in }
        #expect(record.failures == 1)
        #expect(try await entries(pool).stamps == ["v2": 39])
      }
      await pool.close()
    }
  }

  @Test func aHistoryThatRetentionHasCutIsRefused() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce((0..<40).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) { try await expectEntries(40, pool) }
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
      let failures = try await admin.deleteRecords(before: [TopicPartition(topic: installation.topic, partition: 1): 4])
      #expect(failures.failures.isEmpty)
      let error = await #expect(throws: RebuildError.self) { try await rebuild(installation, pool).run(actor: "ann") { _ in } }
      #expect(error?.code == .historyIsCut)
      #expect(error?.description.contains("--from snapshot") == true)
      await pool.close()
    }
  }

  @Test func aReaderWhoHoldsTheTableDelaysTheSwitchAndDoesNotStopTheSyncer() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      try await installation.produce((0..<40).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(40, pool)
        let reader = try await Connection.connect(installation.database, logger: testLogger("reader"))
        try await reader.executeScript("BEGIN")
        _ = try await reader.query("SELECT count(*) FROM ledger")
        let error = await #expect(throws: RebuildError.self) {
          try await rebuild(installation, pool) {
            $0.lockTimeout = .milliseconds(100)
            $0.switchAttempts = 2
          }.run(actor: "ann") { _ in }
        }
        #expect(error?.code == .cannotSwitch)
        try await installation.produce((40..<80).map { Records.envelope($0) })
        try await expectEntries(80, pool)
        try await reader.executeScript("COMMIT")
        #expect(try await rebuild(installation, pool).run(actor: "ann") { _ in }.state == .live)
        try await expectEntries(80, pool)
        await reader.close()
      }
      await pool.close()
    }
  }

  @Test func whatOthersHaveMadeOfTheLiveTablesIsNotLeftBehind() async throws {
    try await Installation.with { installation in
      let pool = Pool(configuration: installation.database, maxConnections: 10, logger: testLogger("pool"))
      let role = uniqueName("reader")
      try await installation.produce((0..<40).map { Records.envelope($0) })
      try await installation.run(try installation.engine([LedgerHandler()], pool: pool)) {
        try await expectEntries(40, pool)
        try await pool.withConnection {
          try await $0.executeScript(
            """
            CREATE ROLE \(role); GRANT SELECT ON ledger TO \(role); CREATE INDEX by_name ON ledger (name);
            CREATE VIEW report AS SELECT count(*) FROM ledger
            """)
        }
        let error = await #expect(throws: RebuildError.self) { try await rebuild(installation, pool).run(actor: "ann") { _ in } }
        #expect(error?.code == .hasDependents)
        #expect(error?.description.contains("public.report") == true)
        _ = try await rebuild(installation, pool) { $0.leavesDependents = true }.run(actor: "ann") { _ in }
        let (mayRead, indexes) = try await pool.withConnection { connection in
          (
            try await connection.query("SELECT has_table_privilege(\(role), 'public.ledger', 'SELECT')").single()[0, as: Bool.self],
            try await connection.query("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'by_name'").single()[
              0, as: Int64.self]
          )
        }
        #expect(mayRead)
        #expect(indexes == 1)
        let refused = await #expect(throws: RebuildError.self) { try await rebuild(installation, pool).drop(abandoned: false) }
        #expect(refused?.code == .hasDependents)
        try await pool.withConnection { try await $0.executeScript("DROP VIEW report; DROP OWNED BY \(role); DROP ROLE \(role)") }
      }
      await pool.close()
    }
  }
}
