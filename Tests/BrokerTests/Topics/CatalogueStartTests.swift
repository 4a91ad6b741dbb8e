import NIOCore
import Testing

@testable import Broker

/// What a start makes of the folder that a crash, or somebody's hand, left behind.
@Suite struct CatalogueStartTests {
  @Test("the empty folder of a topic whose creation was cut short is removed")
  func halfCreated() throws {
    let fixture = CatalogueFixture()
    _ = try fixture.catalogue
    fixture.restart()
    try fixture.makeFolder("orders-0", log: "")
    #expect(try fixture.catalogue.topics.isEmpty)
    #expect(try fixture.names().isEmpty)
  }

  @Test("a folder with records that belongs to no topic is kept under another name")
  func stray() throws {
    let fixture = CatalogueFixture()
    _ = try fixture.catalogue
    fixture.restart()
    try fixture.makeFolder("orders-0", log: "records")
    #expect(try fixture.catalogue.topics.isEmpty)
    let name = try #require(try fixture.names().first)
    #expect(name.hasPrefix("orders-0."))
    #expect(name.hasSuffix("-stray"))
    fixture.restart()
    _ = try fixture.catalogue
    #expect(try fixture.names() == [name])
  }

  @Test("a deletion that was cut short after meta.json was written is finished, records or not")
  func halfDeleted() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders")
    fixture.restart()
    var file = try fixture.file()
    file.topics = [:]
    file.deletedFolders = ["orders-0"]
    try file.save(to: DataFolder(path: fixture.folder.path))
    try fixture.makeFolder("orders-0", log: "records")
    #expect(try fixture.catalogue.topics.isEmpty)
    #expect(try fixture.names().isEmpty)
    #expect(fixture.removed.count == 1)
    _ = try fixture.catalogue.reserveProducerIDs()
    #expect(try fixture.file().deletedFolders.isEmpty)
  }

  @Test("folders that were renamed for removal are removed, other names are left alone")
  func leftovers() throws {
    let fixture = CatalogueFixture()
    _ = try fixture.catalogue
    fixture.restart()
    try fixture.makeFolder("orders-0.abc-delete", log: "records")
    try fixture.makeFolder("lost+found")
    _ = try fixture.catalogue
    #expect(fixture.removed == ["orders-0.abc-delete"])
    #expect(try fixture.names() == ["lost+found"])
  }

  @Test("a partition whose folder is missing starts empty")
  func missing() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders", partitions: 2)
    fixture.restart()
    try fixture.operations.rename("\(fixture.folder.path)/orders-1", to: "\(fixture.folder.path)/elsewhere")
    #expect(try fixture.catalogue.log("orders", 1)?.logEndOffset == 0)
    #expect(try fixture.names() == ["elsewhere", "orders-0", "orders-1"])
  }

  @Test("folders of topics without a meta.json are not touched: the start is refused")
  func metaMissing() throws {
    let fixture = CatalogueFixture()
    try fixture.makeFolder("orders-0", log: "records")
    #expect(throws: LogError.self) { _ = try fixture.catalogue }
    #expect(try fixture.names() == ["orders-0"])
  }

  /// Valid but for one thing.
  static func file(
    version: Int = 1, clusterID: String = "AAAAAAAAAAAAAAAAAAAAAQ", nextProducerID: Int = 0, topic: String = "x", partitions: Int = 1,
    id: String = "AAAAAAAAAAAAAAAAAAAAAQ"
  ) -> String {
    """
    {"version":\(version),"clusterID":"\(clusterID)","nextProducerID":\(nextProducerID),"nodeConfiguration":{},
    "clusterConfiguration":{},"deletedFolders":[],
    "topics":{"\(topic)":{"id":"\(id)","partitions":\(partitions),"configuration":{}}}}
    """
  }

  @Test("a meta.json is read whoever wrote it, if it is valid")
  func metaValid() throws {
    let fixture = CatalogueFixture()
    try fixture.operations.replace(
      "\(fixture.folder.path)/meta.json", with: ByteBuffer(string: Self.file()), durably: false, folder: fixture.folder.path)
    #expect(try fixture.catalogue.partitionCount(of: "x") == 1)
  }

  @Test(
    "a meta.json that this program did not write is refused",
    arguments: [
      "", "{", "[]", "{\"version\": 1}",
      Self.file(version: 2), Self.file(clusterID: "x"), Self.file(nextProducerID: -1), Self.file(topic: "../x"),
      Self.file(partitions: 0), Self.file(id: "AAAAAAAAAAAAAAAAAAAAAA"),
    ])
  func metaInvalid(text: String) throws {
    let fixture = CatalogueFixture()
    try fixture.operations.replace(
      "\(fixture.folder.path)/meta.json", with: ByteBuffer(string: text), durably: false, folder: fixture.folder.path)
    #expect(throws: LogError.self) { _ = try fixture.catalogue }
  }

  @Test("a stored configuration that is no longer valid counts as not set")
  func staleConfiguration() throws {
    let fixture = CatalogueFixture()
    try fixture.create("orders", ["retention.ms": "5"])
    fixture.restart()
    var file = try fixture.file()
    file.topics["orders"]?.configuration = ["retention.ms": "soon", "gone": "1", "max.message.bytes": "7"]
    try file.save(to: DataFolder(path: fixture.folder.path))
    let configuration = try fixture.catalogue.log("orders", 0)?.configuration
    #expect(configuration?.retentionMillis == LogConfiguration().retentionMillis)
    #expect(configuration?.maxMessageBytes == 7)
  }

  @Test("a start with an invalid default of topics is refused")
  func invalidDefault() {
    let fixture = CatalogueFixture { $0.topicDefaults = ["log.retention.ms": "soon"] }
    #expect(throws: ApiError.self) { _ = try fixture.catalogue }
  }

  @Test("two thousand partitions are found again")
  func many() throws {
    let fixture = CatalogueFixture()
    for index in 0..<20 { try fixture.create("topic\(index)", partitions: 100) }
    fixture.restart()
    #expect(try fixture.catalogue.partitionCount == 2000)
  }
}
