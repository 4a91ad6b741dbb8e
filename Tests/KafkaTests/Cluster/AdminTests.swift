import Kafka
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AdminTests {
  @Test func topicsComeGrowAndGo() async throws {
    try await RealCluster.with { cluster in
      let admin = cluster.admin
      let name = cluster.topicName("topic")
      let topic = NewTopic(name, partitions: 2, replicationFactor: 1, configuration: ["cleanup.policy": "compact"])
      #expect(try await admin.createTopics([topic], validateOnly: true).isEmpty)
      #expect(try await admin.describeTopics([name]).first?.error == .unknownTopicOrPartition)
      try await admin.createTopic(topic)
      #expect(try await admin.createTopics([NewTopic(name, partitions: 2)])[name]?.code == .topicAlreadyExists)
      try await eventually("the topic's description") { try await admin.describeTopics([name]).first?.partitions.count == 2 }
      #expect(try await admin.describeTopics().contains { $0.name == name })

      try await admin.createPartitions(topic: name, total: 3, validateOnly: true)
      try await admin.createPartitions(topic: name, total: 3)
      try await eventually("the third partition") { try await admin.describeTopics([name]).first?.partitions.count == 3 }
      let fewer = await #expect(throws: KafkaError.self) { try await admin.createPartitions(topic: name, total: 2) }
      #expect(fewer?.code == .invalidPartitions)

      #expect(try await admin.deleteTopics([name]).isEmpty)
      try await eventually("the topic's end") { try await admin.describeTopics([name]).first?.error == .unknownTopicOrPartition }
      #expect(try await admin.deleteTopics([name])[name]?.code == .unknownTopicOrPartition)
    }
  }

  @Test func topicsThatCannotBeAreRefusedOneByOne() async throws {
    try await RealCluster.with { cluster in
      let names = (0..<4).map { cluster.topicName("wrong\($0)") } + ["no/such name"]
      let failures = try await cluster.admin.createTopics([
        NewTopic(names[0], partitions: 1), NewTopic(names[1], partitions: 1, replicationFactor: 99),
        NewTopic(names[2], partitions: 1, configuration: ["retention.ms": "soon"]),
        NewTopic(names[3], partitions: 1, configuration: ["no.such.key": "1"]), NewTopic(names[4], partitions: 1),
      ])
      #expect(
        failures.mapValues(\.code) == [
          names[1]: .invalidReplicationFactor, names[2]: .invalidConfig, names[3]: .invalidConfig, names[4]: .topicException,
        ])
      for failure in failures.values { #expect(!failure.reason.isEmpty) }
    }
  }

  @Test func aTopicsConfigurationChangesKeyByKey() async throws {
    try await RealCluster.with { cluster in
      let admin = cluster.admin
      let name = try await cluster.topic("configured", configuration: ["cleanup.policy": "compact"])
      func entry(_ key: String) async throws -> ConfigurationEntry? {
        try await admin.describeConfiguration(of: .topic(name)).first { $0.name == key }
      }
      #expect(try await entry("cleanup.policy").map { "\($0.value ?? "") \($0.source)" } == "compact topic")
      #expect(try await entry("retention.ms")?.source != .topic)
      let initial = try await entry("retention.ms")?.value

      try await admin.alterConfiguration(of: .topic(name), ["retention.ms": "3600000"], validateOnly: true)
      #expect(try await entry("retention.ms")?.value == initial)
      try await admin.alterConfiguration(of: .topic(name), ["retention.ms": "3600000"])
      try await eventually("the new value") { try await entry("retention.ms")?.value == "3600000" }
      #expect(try await entry("retention.ms")?.source == .topic)
      #expect(try await entry("cleanup.policy")?.value == "compact")
      try await admin.alterConfiguration(of: .topic(name), ["retention.ms": nil])
      try await eventually("the default") { try await entry("retention.ms")?.value == initial }
      #expect(try await entry("cleanup.policy")?.value == "compact")

      let wrong = await #expect(throws: KafkaError.self) {
        try await admin.alterConfiguration(of: .topic(name), ["cleanup.policy": "burn"])
      }
      #expect(wrong?.code == .invalidConfig)
    }
  }

  @Test func theClusterAndItsBrokersAreDescribed() async throws {
    try await RealCluster.with { cluster in
      let description = try await cluster.admin.describeCluster()
      #expect(description.id?.isEmpty == false)
      let controller = try #require(description.controller)
      #expect(description.brokers.contains { $0.id == controller })
      let entries = try await cluster.admin.describeConfiguration(of: .broker(controller))
      #expect(entries.contains { $0.name == "log.retention.ms" || $0.name == "log.retention.hours" })
      #expect(entries.contains { $0.name == "auto.create.topics.enable" })
    }
  }

  @Test func recordsAreDeletedFromTheFront() async throws {
    try await RealCluster.with { cluster in
      let admin = cluster.admin
      let topic = try await cluster.filledTopic("records", partitions: 2, count: 10)
      let (zero, one) = (TopicPartition(topic: topic, partition: 0), TopicPartition(topic: topic, partition: 1))
      let deleted = try await admin.deleteRecords(before: [zero: 5, one: 11])
      #expect(deleted.low == [zero: 5])
      #expect(deleted.failures.mapValues(\.code) == [one: .offsetOutOfRange])
      #expect(
        try await admin.watermarks(for: [zero, one]) == [zero: Watermarks(low: 5, high: 10), one: Watermarks(low: 0, high: 10)])
      #expect(try await admin.offsets(forTimes: [zero: 0])[zero] == 5)
      // Going back does nothing; -1 is everything.
      #expect(try await admin.deleteRecords(before: [zero: 2, one: -1]).low == [zero: 5, one: 10])
      #expect(try await admin.watermarks(for: [one])[one] == Watermarks(low: 10, high: 10))
      try await cluster.fill(topic, partitions: 2, numbers: 10..<11)
      #expect(try await admin.watermarks(for: [one])[one] == Watermarks(low: 10, high: 11))
    }
  }

  @Test func groupsAndTheirOffsets() async throws {
    try await RealCluster.with { cluster in
      let admin = cluster.admin
      let topic = try await cluster.filledTopic("groups", partitions: 2, count: 10)
      let group = cluster.group("group")
      let (zero, one) = (TopicPartition(topic: topic, partition: 0), TopicPartition(topic: topic, partition: 1))
      #expect(try await admin.describeGroups([group]).first?.state == .dead)
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      _ = try await poll(consumer) { $0.count == 20 }
      try await consumer.commit([zero: 10, one: 7])
      #expect(try await admin.listGroups().contains { $0.id == group && $0.state == .stable && !$0.isSimple })
      let described = try #require(try await admin.describeGroups([group]).first)
      #expect(described.state == .stable)
      #expect(described.assignor == "cooperative-sticky")
      #expect(described.coordinator != nil)
      let member = try #require(described.members.first)
      #expect(described.members.count == 1)
      #expect(member.partitions.sorted() == [zero, one])
      #expect(!member.id.isEmpty && member.clientID == "sluice" && member.host.hasPrefix("/"))
      // As long as it has members, it belongs to them.
      #expect(try await admin.deleteGroups([group])[group]?.code == .nonEmptyGroup)
      #expect(try await admin.deleteGroupOffsets(group, [zero])[zero]?.code == .groupSubscribedToTopic)
      #expect(try await refused { try await admin.alterGroupOffsets(group, [zero: 4]) } == .unknownMemberId)

      await consumer.close(deadline: .seconds(10))
      #expect(try await admin.describeGroups([group]).first?.state == .empty)
      #expect(try await admin.groupOffsets(group) == [zero: 10, one: 7])
      #expect(try await admin.alterGroupOffsets(group, [zero: 4]).isEmpty)
      #expect(try await admin.groupOffsets(group, partitions: [zero]) == [zero: 4])
      #expect(try await admin.deleteGroupOffsets(group, [zero]).isEmpty)
      #expect(try await admin.groupOffsets(group) == [one: 7])
      #expect(try await admin.deleteGroups([group]).isEmpty)
      #expect(try await admin.groupOffsets(group) == [:])
      #expect(try await admin.deleteGroups([group])[group]?.code == .groupIdNotFound)
      #expect(try await !admin.listGroups().contains { $0.id == group })
    }
  }

  /// A group that nobody joins: offsets alone.
  @Test func offsetsCanBeSetForAGroupThatIsNotThereYet() async throws {
    try await RealCluster.with { cluster in
      let topic = try await cluster.filledTopic("ahead", count: 10)
      let group = cluster.group("ahead")
      let partition = TopicPartition(topic: topic, partition: 0)
      #expect(try await cluster.admin.alterGroupOffsets(group, [partition: 8]).isEmpty)
      #expect(try await cluster.admin.listGroups().contains { $0.id == group })
      let consumer = try testConsumer(cluster, group: group)
      try await consumer.subscribe([topic], rebalance: CommittedOffsets())
      #expect(try await poll(consumer) { $0.count >= 2 }.map(\.offset) == [8, 9])
      await consumer.close(deadline: .seconds(5))
    }
  }

  /// The code of an answer that says no, whether for one partition or for all.
  private func refused(_ call: () async throws -> [TopicPartition: KafkaError]) async throws -> KafkaError.Code? {
    do { return try await call().values.first?.code } catch let error as KafkaError { return error.code }
  }
}
