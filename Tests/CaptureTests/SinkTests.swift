import Foundation
import Kafka
import Postgres
import TestSupport
import Testing

@testable import Capture

@Suite struct SinkTests {
  @Test func kafkaGetsTheRecords() async throws {
    let topic = uniqueTopic("events")
    let servers = try await TestKafka.shared().bootstrapServers
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await Fixture.run("outbox.ddl.sql", on: connection)
      let configuration = try CaptureRun.configuration(
        database,
        [
          "transforms": "outbox", "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter",
          "transforms.outbox.route.topic.replacement": topic, "key.converter": ConnectorKeys.stringConverter,
          "value.converter": ConnectorKeys.stringConverter, "producer.override.linger.ms": "1",
        ])
      let sink = try KafkaSink(
        configuration: ProducerConfiguration(bootstrapServers: servers), connector: configuration, logger: testLogger())
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await Fixture.run("outbox.dml.sql", on: connection)
        try await eventually(within: .seconds(30), "the slot's move behind the last record") {
          engine.status.eventsSeen >= 6 && engine.status.bytesInFlight == 0 && engine.status.confirmed != nil
        }
      }
      await connection.close()
      let records = try await read(topic, servers: servers, count: 4)
      #expect(records.compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }.sorted() == ["42", "42", "7", "7"])
      let placed = try #require(records.first { $0.headers.contains { $0.text == #""11111111-1111-1111-1111-111111111111""# } })
      #expect(placed.value.map { String(decoding: $0, as: UTF8.self) } == #"{"total": "99.90", "orderId": 42}"#)
      #expect(placed.headers.map(\.name).last == "id")
      #expect(records.contains { $0.value == nil })
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: servers), logger: testLogger())
      #expect(try await admin.deleteTopics([topic]).isEmpty)
    }
  }

  private func read(_ topic: String, servers: String, count: Int) async throws -> [ConsumerRecord] {
    let consumer = try Consumer(
      configuration: ConsumerConfiguration(bootstrapServers: servers, groupID: nil), logger: testLogger())
    let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: servers), logger: testLogger())
    let partitions = try await admin.describeTopics([topic]).flatMap(\.topicPartitions)
    try await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
    var records: [ConsumerRecord] = []
    try await eventually(within: .seconds(20), "\(count) records of \(topic)") {
      records += try await consumer.nextBatch(maxWait: .milliseconds(200))?.records() ?? []
      return records.count >= count
    }
    _ = await consumer.close(deadline: .seconds(5))
    return records
  }

  @Test func aBrokerThatIsAwayIsWaitedFor() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let configuration = try CaptureRun.configuration(database)
      let sink = try KafkaSink(
        configuration: ProducerConfiguration(bootstrapServers: cluster.bootstrapServers), connector: configuration, logger: testLogger())
      let engine = CaptureEngine(
        configuration: configuration, sink: sink, offsets: MemoryOffsetStore(),
        options: CaptureOptions(monitorInterval: .milliseconds(20)), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await eventually(within: .seconds(30), "the first record's acknowledgement") {
          engine.status.eventsSeen == 1 && engine.status.bytesInFlight == 0
        }
        try cluster.setBrokerDown(1)
        try await connection.execute("INSERT INTO t SELECT generate_series(2, 100)")
        try await eventually("the records in flight") { engine.status.eventsSeen == 100 && engine.status.bytesInFlight > 0 }
        try cluster.setBrokerUp(1)
        try await eventually(within: .seconds(30), "their acknowledgement") { engine.status.bytesInFlight == 0 }
        #expect(engine.status.reconnects == 0)
      }
      let records = try await read("golden.public.t", servers: cluster.bootstrapServers, count: 100)
      #expect(Set(records.compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }).count == 100)
      #expect(records.count == 100)
      await connection.close()
    }
  }

  @Test(.timeLimit(.minutes(2))) func whatWasOnItsWayToABrokerThatIsAwayIsSentAgainByTheNextSession() async throws {
    let cluster = try MockCluster(brokers: 1)
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let configuration = try CaptureRun.configuration(database)
      let sink = try KafkaSink(
        configuration: ProducerConfiguration(bootstrapServers: cluster.bootstrapServers), connector: configuration, logger: testLogger())
      let engine = CaptureEngine(
        configuration: configuration, sink: sink, offsets: MemoryOffsetStore(),
        options: CaptureOptions(shutdownDeadline: .milliseconds(200), monitorInterval: .milliseconds(20)), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try cluster.setBrokerDown(1)
        try await connection.execute("INSERT INTO t SELECT generate_series(1, 100)")
        try await eventually("the records in flight") { engine.status.eventsSeen == 100 && engine.status.bytesInFlight > 0 }
        try await OffsetFailureTests.endLease(connection)
        try await eventually(within: .seconds(20), "the next session, with the records") {
          engine.status.reconnects == 1 && engine.status.eventsSeen == 200
        }
        try cluster.setBrokerUp(1)
        let records = try await read("golden.public.t", servers: cluster.bootstrapServers, count: 100)
        #expect(records.compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }.count == 100)
      }
      await connection.close()
    }
  }

  @Test func anUnreachableBrokerIsSaidInOneLine() async throws {
    try await withTestDatabase { database in
      let configuration = try CaptureRun.configuration(database)
      let sink = try KafkaSink(
        configuration: ProducerConfiguration(bootstrapServers: "127.0.0.1:1"), connector: configuration, reachDeadline: .seconds(1),
        logger: testLogger())
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      let error = await #expect(throws: CaptureError.self) { try await within(.seconds(30)) { try await engine.run() } }
      #expect(error?.exitCode == 1)
      #expect(error?.description.contains("127.0.0.1:1") == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test func aWrongProducerSetting() throws {
    let configuration = try ConnectorConfiguration(
      ConnectorFile(name: "c", settings: ConnectorConfigurationTests.minimal.merging(["producer.override.no.such": "1"]) { $1 }))
    let error = #expect(throws: CaptureError.self) {
      try KafkaSink(configuration: ProducerConfiguration(bootstrapServers: "h:1"), connector: configuration, logger: testLogger())
    }
    #expect(error?.exitCode == 78)
    #expect(error?.description.contains("no.such") == true)
  }

  @Test func standardOutputGetsLines() async throws {
    let harness = try EncoderHarness()
    try harness.install(EncoderHarness.customers)
    _ = try EncoderHarness.insert(["1", "a\"b"]).bytes.withUnsafeBytes {
      try harness.encoder.consume($0, walStart: LSN(rawValue: 1), serverTime: 0)
    }
    let pipe = Pipe()
    let sink = StdoutSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    try await sink.write(harness.encoder.takeBatch().batch).wait()
    try pipe.fileHandleForWriting.close()
    let text = String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"topic":"golden.public.customers","key":{"id":1},"headers":{},"value":{"before":null,"after":{"id":1,"email":"a\"b"}"#))
    #expect(text.hasSuffix("}\n"))
  }
}
