import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Replays of a real group with its stored offsets.
@Suite(.timeLimit(.minutes(3))) struct ReplayTests {
  private func withReplay(
    _ installation: Installation, _ body: (Replay, Admin, Connection) async throws -> Void
  ) async throws {
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
    let connection = try await Connection.connect(installation.database, logger: testLogger("read"))
    try await body(Replay(admin: admin, database: connection, logger: testLogger("replay")), admin, connection)
    await connection.close()
  }

  private func request(_ installation: Installation, _ target: ReplayTarget) -> ReplayRequest {
    ReplayRequest(group: installation.group, target: target, actor: "ann@test", reason: "a handler was mended")
  }

  /// Produces and applies `count` records, and lets the syncer stop.
  private func apply(_ count: Int, _ installation: Installation) async throws {
    let pool = installation.pool()
    try await installation.produce((0..<count).map { Records.envelope($0) })
    try await installation.run(try installation.engine(pool: pool)) { try await installation.expectCounted(count) }
    await pool.close()
  }

  @Test func recordsFromTheNewPositionOnAreAppliedAgainAndNoOthers() async throws {
    try await Installation.with { installation in
      try await apply(40, installation)
      try await withReplay(installation) { replay, admin, _ in
        let planned = try await replay.plan(request(installation, .offset(7)))
        #expect(planned.map(\.replayed) == [3, 3, 3, 3])
        let before = try await admin.groupOffsets(installation.group)
        #expect(before.values.allSatisfy { $0 == 10 }, "a plan moves nothing")
        let outcome = try await replay.execute(request(installation, .offset(7)))
        #expect(outcome.moves == planned)
        #expect(try await admin.groupOffsets(installation.group).values.allSatisfy { $0 == 7 })
      }
      let pool = installation.pool()
      try await installation.run(try installation.engine(pool: pool)) {
        try await eventually { try await installation.counted().all == 52 }
      }
      #expect(try await installation.counted() == (all: 52, twice: 12))
      await pool.close()
    }
  }

  @Test func aGroupWithMembersIsRefusedAndNothingMoves() async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      try await installation.produce((0..<8).map { Records.envelope($0) })
      try await installation.run(try installation.engine(pool: pool)) {
        try await installation.expectCounted(8)
        try await withReplay(installation) { replay, _, connection in
          let error = await #expect(throws: ReplayError.self) { try await replay.execute(request(installation, .earliest)) }
          #expect(error?.code == .groupIsActive)
          let rows = try await connection.query("SELECT DISTINCT next_offset FROM sluice_offsets").map { try $0[0, as: Int64.self] }
          #expect(rows == [2])
          // A look is allowed.
          #expect(try await replay.plan(request(installation, .earliest)).map(\.replayed) == [2, 2, 2, 2])
        }
      }
      #expect(try await installation.counted() == (all: 8, twice: 0))
      await pool.close()
    }
  }

  @Test func whoWhenWhereAndWhyIsWrittenDown() async throws {
    try await Installation.with { installation in
      try await apply(8, installation)
      try await withReplay(installation) { replay, _, connection in
        let outcome = try await replay.execute(request(installation, .earliest))
        let row = try await connection.query(
          "SELECT actor, reason, target, consumer_group, finished_at IS NOT NULL AS finished FROM sluice_replays WHERE id = \(try #require(outcome.id))"
        ).single()
        #expect(try row["actor", as: String.self] == "ann@test")
        #expect(try row["reason", as: String.self] == "a handler was mended")
        #expect(try row["target", as: String.self] == "earliest")
        #expect(try row["consumer_group", as: String.self] == installation.group)
        #expect(try row["finished", as: Bool.self])
        let moves = try await connection.query(
          "SELECT stored_offset, committed_offset, next_offset FROM sluice_replay_moves"
        ).map {
          [try $0[0, as: Int64.self], try $0[1, as: Int64.self], try $0[2, as: Int64.self]]
        }
        #expect(moves == [[2, 2, 0], [2, 2, 0], [2, 2, 0], [2, 2, 0]])
      }
    }
  }

  @Test func aShiftThatWasKilledBetweenTheTwoPlacesIsNotDoneTwice() async throws {
    try await Installation.with { installation in
      try await apply(40, installation)
      try await withReplay(installation) { replay, admin, connection in
        // The state that SIGKILL leaves behind once the read database has committed.
        let request = request(installation, .shift(-4))
        let moves = try await replay.plan(request)
        try await ReplayMigrations.migrate(connection)
        let cluster = try #require(try await admin.describeCluster().id)
        let store = ReplayStore(scope: OffsetScope(clusterID: cluster, group: installation.group))
        _ = try await connection.transaction { try await store.write(moves, request, $0) }
        #expect(try await admin.groupOffsets(installation.group).values.allSatisfy { $0 == 10 })

        let outcome = try await replay.execute(request)
        #expect(outcome.completed != nil)
        #expect(outcome.moves.isEmpty)
        #expect(try await admin.groupOffsets(installation.group).values.allSatisfy { $0 == 6 })
        #expect(try await store.storedOffsets(connection).values.allSatisfy { $0 == 6 })
        // The next one is a new one.
        _ = try await replay.execute(request)
        #expect(try await store.storedOffsets(connection).values.allSatisfy { $0 == 2 })
      }
    }
  }

  @Test func aTimeIsFoundInEachPartition() async throws {
    try await Installation.with { installation in
      try await apply(40, installation)
      try await withReplay(installation) { replay, _, _ in
        // Record i has time base + i and is in partition i % 4.
        let moves = try await replay.plan(request(installation, .time(milliseconds: 1_700_000_000_000 + 21)))
        #expect(moves.map(\.next) == [6, 5, 5, 5])
        let late = try await replay.plan(request(installation, .time(milliseconds: 1_700_000_000_000 + 1000)))
        #expect(late.map(\.next) == [10, 10, 10, 10])
      }
    }
  }

  @Test func aGroupThatIsNoSyncersIsMovedInKafkaAlone() async throws {
    try await Installation.with { installation in
      try await installation.produce((0..<8).map { Records.envelope($0) })
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
      let replay = Replay(admin: admin, database: nil, logger: testLogger("replay"))
      var request = request(installation, .latest)
      await #expect(throws: ReplayError.self) { try await replay.execute(request) }
      request.selection = [ReplaySelection(topic: installation.topic, partitions: [1, 2])]
      let outcome = try await replay.execute(request)
      #expect(outcome.moves.map(\.partition.partition) == [1, 2])
      #expect(try await admin.groupOffsets(installation.group).values.sorted() == [2, 2])
    }
  }

  @Test func aPositionThatMovedMeanwhileIsNotOverwritten() async throws {
    try await Installation.with { installation in
      try await apply(8, installation)
      try await withReplay(installation) { replay, admin, connection in
        let request = request(installation, .earliest)
        var moves = try await replay.plan(request)
        moves[0].stored = 1
        try await ReplayMigrations.migrate(connection)
        let scope = OffsetScope(clusterID: try #require(try await admin.describeCluster().id), group: installation.group)
        let stale = moves
        let error = await #expect(throws: ReplayError.self) {
          _ = try await connection.transaction { try await ReplayStore(scope: scope).write(stale, request, $0) }
        }
        #expect(error?.code == .movedMeanwhile)
      }
    }
  }

  @Test func aTopicOrPartitionThatIsNotThereIsNamed() async throws {
    try await Installation.with { installation in
      try await apply(4, installation)
      try await withReplay(installation) { replay, _, _ in
        var request = request(installation, .earliest)
        request.selection = [ReplaySelection(topic: "nowhere-\(installation.topic)")]
        #expect((await #expect(throws: ReplayError.self) { try await replay.plan(request) })?.code == .unknownTopic)
        request.selection = [ReplaySelection(topic: installation.topic, partitions: [99])]
        #expect((await #expect(throws: ReplayError.self) { try await replay.plan(request) })?.code == .unknownPartition)
      }
    }
  }
}
