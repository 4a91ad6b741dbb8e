import Kafka
import Logging
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Lag of any group, from the brokers alone.
@Suite(.timeLimit(.minutes(2))) struct GroupLagReaderTests {
  private func reader(_ installation: Installation) throws -> (GroupLagReader, Admin) {
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
    let times = try RecordTimeReader(
      configuration: ConsumerConfiguration(bootstrapServers: installation.kafka, groupID: nil), logger: testLogger("times"))
    return (GroupLagReader(admin: admin, times: times, timesLimit: .seconds(20)), admin)
  }

  @Test func secondsAreTheAgeOfTheRecordAtTheCommittedOffset() async throws {
    try await Installation.with { installation in
      let (reader, admin) = try reader(installation)
      // Two in each of four partitions, dated from 1,700,000,000,000 on, one a millisecond.
      try await installation.produce((0..<8).map { Records.envelope($0) })
      let partitions = (0..<4).map { TopicPartition(topic: installation.topic, partition: $0) }
      _ = try await admin.alterGroupOffsets(installation.group, [partitions[0]: 0, partitions[1]: 1, partitions[2]: 2])
      let other = uniqueName("other")
      _ = try await admin.alterGroupOffsets(other, [partitions[0]: 1])
      let now: Int64 = 1_700_000_010_000
      let groups = try await reader.read([installation.group, other, "nobody"], cluster: "c", now: now)

      #expect(groups.map(\.group) == [installation.group, other, "nobody"])
      let group = try #require(groups.first)
      #expect(group.state == "Empty")
      #expect(group.cluster == "c")
      #expect(group.partitions.map(\.partition) == [0, 1, 2])
      #expect(group.partitions.map(\.committed) == [0, 1, 2])
      #expect(group.partitions.map(\.end) == [2, 2, 2])
      #expect(group.partitions.map(\.lag) == [2, 1, 0])
      #expect(group.partitions.map(\.seconds) == [10, 9.995, 0])
      #expect(group.sumLag == 3)
      #expect(group.maxLag == 2)
      #expect(group.maxLagSeconds == 10)
      #expect(group.topicSumLag == [installation.topic: 3])
      // Two groups in two places of one partition.
      #expect(groups[1].partitions.map(\.seconds) == [9.996])
      #expect(groups[2].partitions.isEmpty)
      #expect(groups[2].problem == "there is no such group")

      // What the syncer's database says counts more, and a topic that is left out is not asked for.
      let stored = [installation.group: [partitions[0]: Int64(2), partitions[3]: 1]]
      let own = try await reader.read([installation.group], stored: stored, cluster: nil, now: now)
      #expect(own.first?.partitions.map(\.lag) == [0, 1, 0, 1])
      #expect(try await reader.read([installation.group], topics: ["another"], cluster: nil, now: now).first?.partitions == [])
      _ = try? await admin.deleteGroups([other])
    }
  }

  @Test func offsetsOfATopicThatIsGoneAreNoLagAndNoFailure() async throws {
    try await Installation.with { installation in
      let (reader, admin) = try reader(installation)
      let gone = uniqueTopic("gone")
      try await admin.createTopic(NewTopic(gone, partitions: 1))
      _ = try await admin.alterGroupOffsets(
        installation.group, [TopicPartition(topic: gone, partition: 0): 5, TopicPartition(topic: installation.topic, partition: 0): 0])
      _ = try await admin.deleteTopics([gone])
      try await eventually("the end of the topic") { try await admin.describeTopics([gone]).first?.error != nil }
      let group = try #require(try await reader.read([installation.group], cluster: nil, now: 0).first)
      // Kafka forgets the offsets of a topic that was deleted; where it has not yet, they have no end.
      #expect(group.partitions.filter { $0.topic == gone }.allSatisfy { $0.lag == nil && $0.end == nil })
      #expect(group.partitions.filter { $0.topic == installation.topic }.map(\.lag) == [0])
    }
  }

  @Test func aMemberIsTheOwnerOfItsPartitions() async throws {
    try await Installation.with { installation in
      let (reader, _) = try reader(installation)
      let pool = installation.pool()
      let engine = try installation.engine(pool: pool)
      try await installation.run(engine) {
        try await installation.produce((0..<40).map { Records.envelope($0) })
        try await installation.expectCounted(40)
        try await eventually("no lag, and an owner of each partition") {
          let group = try await reader.read([installation.group], cluster: nil, now: 0).first
          return group?.state == "Stable" && group?.sumLag == 0
            && group?.partitions.map(\.owner?.host) == .init(repeating: "127.0.0.1", count: 4)
        }
        let connection = try await Connection.connect(installation.database, logger: testLogger("offsets"))
        let cluster = try #require(engine.status.clusterID)
        let stored = try await GroupOffsetStore.load(clusterID: cluster, connection)
        #expect(stored.keys.sorted() == [installation.group])
        #expect(stored[installation.group]?.values.sorted() == [10, 10, 10, 10])
        #expect(try await GroupOffsetStore.load(clusterID: "another", connection).isEmpty)
        await connection.close()
      }
      await pool.close()
    }
  }

  @Test func aDatabaseThatNoSyncerHasUsedHoldsNoOffsets() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger("offsets"))
      #expect(try await GroupOffsetStore.load(clusterID: "c", connection).isEmpty)
      await connection.close()
    }
  }
}
