import Testing

@testable import Broker

@Suite struct TopicCatalogueTests {
  @Test("topics, their ids, partitions and configurations survive a restart")
  func restart() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders", partitions: 3, ["retention.ms": "1000"])
    let id = try #require(try fixture.catalogue.id(of: "orders"))
    let cluster = try fixture.catalogue.clusterID
    fixture.restart()
    let catalogue = try fixture.catalogue
    #expect(catalogue.clusterID == cluster)
    #expect(catalogue.id(of: "orders") == id)
    #expect(catalogue.name(of: id) == "orders")
    #expect(catalogue.partitionCount(of: "orders") == 3)
    #expect(catalogue.partitionCount == 3)
    #expect(catalogue.log("orders", 2)?.partition == TopicPartition(topic: "orders", partition: 2))
    #expect(catalogue.log(id, 1) === catalogue.log("orders", 1))
    #expect(catalogue.log("orders", 0)?.configuration.retentionMillis == 1000)
    #expect(fixture.opened.map(\.description) == ["orders-0", "orders-1", "orders-2"])
  }

  @Test("partitions and topics that are not there have no log")
  func unknown() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders")
    let catalogue = try fixture.catalogue
    #expect(catalogue.log("orders", 1) == nil)
    #expect(catalogue.log("orders", -1) == nil)
    #expect(catalogue.log("order", 0) == nil)
    #expect(catalogue.log(KafkaUUID.random(), 0) == nil)
    #expect(catalogue.partitionCount(of: "order") == nil)
  }

  @Test("the cluster id is 22 characters that read back as a UUID and do not begin with a dash")
  func clusterID() throws {
    let id = try CatalogueFixture().catalogue.clusterID
    #expect(id.utf8.count == 22)
    #expect(KafkaUUID(text: id)?.text == id)
    #expect(!id.hasPrefix("-"))
  }

  @Test("a deleted topic is gone with its folders, and whoever asked is told")
  func delete() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders", partitions: 2)
    try fixture.create("payments")
    var told: [[String]] = []
    try fixture.catalogue.onTopicsDeleted.append { told.append($0) }
    let id = try #require(try fixture.catalogue.id(of: "orders"))
    try fixture.catalogue.delete(["orders"])
    #expect(told == [["orders"]])
    #expect(try fixture.catalogue.topics.keys.sorted() == ["payments"])
    #expect(try fixture.catalogue.name(of: id) == nil)
    #expect(try fixture.catalogue.partitionCount == 1)
    #expect(try fixture.names() == ["payments-0"])
    #expect(fixture.removed.allSatisfy { $0.hasPrefix("orders-") && $0.hasSuffix("-delete") })
    fixture.restart()
    #expect(try fixture.catalogue.topics.keys.sorted() == ["payments"])
  }

  @Test("a topic that is created again under a deleted one's name is empty and has another id")
  func recreate() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders")
    let id = try fixture.catalogue.id(of: "orders")
    try fixture.append(3, to: "orders")
    try fixture.catalogue.delete(["orders"])
    try fixture.create("orders")
    #expect(try fixture.catalogue.id(of: "orders") != id)
    #expect(try fixture.catalogue.log("orders", 0)?.logEndOffset == 0)
    #expect(try fixture.names() == ["orders-0"])
  }

  @Test("a topic that grows keeps its records and survives a restart")
  func grow() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders")
    try fixture.append(2, to: "orders")
    let topic = try #require(try fixture.catalogue.topics["orders"])
    try fixture.catalogue.grow(topic, to: 4)
    #expect(topic.logs.map(\.logEndOffset) == [2, 0, 0, 0])
    #expect(try fixture.catalogue.partitionCount == 4)
    fixture.restart()
    #expect(try fixture.catalogue.partitionCount(of: "orders") == 4)
  }

  @Test("internal topics are created when they are needed, compacted and in small segments")
  func internalTopics() throws {
    let fixture = CatalogueFixture()
    let log = try fixture.catalogue.internalLog(TopicName.consumerOffsets)
    #expect(log.configuration.cleanupCompact)
    #expect(!log.configuration.cleanupDelete)
    #expect(log.configuration.segmentBytes == 16 << 20)
    #expect(try fixture.catalogue.internalLog(TopicName.consumerOffsets) === log)
    #expect(try fixture.catalogue.topics[TopicName.consumerOffsets]?.isInternal == true)
  }

  @Test("no producer id is given twice, a crash in between notwithstanding")
  func producerIDs() throws {
    let fixture = CatalogueFixture()
    let first = try fixture.catalogue.reserveProducerIDs()
    let second = try fixture.catalogue.reserveProducerIDs()
    #expect(first == 0..<1000)
    #expect(second == 1000..<2000)
    fixture.restart()
    #expect(try fixture.catalogue.reserveProducerIDs() == 2000..<3000)
  }

  @Test("what cannot be saved has not happened")
  func fullDisk() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders", partitions: 1)
    let before = try fixture.file()
    fixture.fillDisk()
    func refused(_ body: () throws -> Void) {
      #expect(refusal(body)?.code == .kafkaStorageError)
    }
    refused { try fixture.create("payments") }
    refused { try fixture.catalogue.delete(["orders"]) }
    refused { try fixture.catalogue.grow(try #require(try fixture.catalogue.topics["orders"]), to: 2) }
    refused { try fixture.catalogue.setConfiguration(of: "orders", to: ["retention.ms": "1"]) }
    refused { try fixture.catalogue.setBrokerConfiguration(["log.retention.ms": "1"], ofCluster: false) }
    refused { _ = try fixture.catalogue.reserveProducerIDs() }
    #expect(try fixture.names() == ["orders-0"])
    #expect(try fixture.catalogue.topics.keys.sorted() == ["orders"])
    #expect(try fixture.catalogue.partitionCount == 1)
    #expect(try fixture.catalogue.log("orders", 0)?.configuration == LogConfiguration())
    #expect(try fixture.file() == before)
    fixture.emptyDisk()
    try fixture.create("payments")
    #expect(try fixture.catalogue.partitionCount == 2)
  }

  @Test("names that differ in dots and underscores only collide, and no longer once one is deleted")
  func collisions() throws {
    let fixture = CatalogueFixture()
    try fixture.create("a.b_c")
    #expect(try fixture.catalogue.collision(with: "a_b.c") == "a.b_c")
    #expect(try fixture.catalogue.collision(with: "a-b-c") == nil)
    try fixture.catalogue.delete(["a.b_c"])
    #expect(try fixture.catalogue.collision(with: "a_b.c") == nil)
  }
}
