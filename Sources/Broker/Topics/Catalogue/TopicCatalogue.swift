internal import Dispatch
internal import FoundationEssentials
internal import Logging

/// The topics, their configurations and their logs; durable in `meta.json` of the data folder. Confined to the event loop.
///
/// A change is written to `meta.json` and synced before it shows in memory, so that whatever was answered survives a crash. The sync is on
/// the loop: it happens when topics or configurations change, not when records do.
final class TopicCatalogue: TopicLookup {
  /// Opens the log in a folder that exists and may be empty.
  typealias OpenLog = (_ folder: String, _ partition: TopicPartition, _ configuration: LogConfiguration) throws -> PartitionLog

  /// How many producer ids are taken at a time (Kafka's `ProducerIdsBlock`): `meta.json` is written once per block.
  static let producerIDBlock: Int64 = 1000

  let folder: DataFolder
  let logger: Logger
  let openLog: OpenLog
  /// Removes a folder nobody looks at any more; the tree may be large, so not on the loop.
  let removeFolder: (String) -> Void
  /// Called after topics were deleted, with their names.
  var onTopicsDeleted: [([String]) -> Void] = []
  /// Called for each log of a topic that was deleted: nobody will append to it or sync it any more.
  var onLogClosed: (PartitionLog) -> Void = { _ in }

  /// Broker settings and what was set while it ran.
  var configuration: BrokerConfiguration
  private(set) var topics: [String: Topic] = [:]
  /// All partitions of all topics.
  private(set) var partitionCount = 0
  /// What `meta.json` holds.
  private(set) var file: CatalogueFile

  private var topicsByID: [KafkaUUID: Topic] = [:]
  /// Topics by ``TopicName/collisionKey(_:)``.
  private var collisions: [String: Set<String>] = [:]
  var sweepState = SweepState()

  /// Opens everything there is in `settings.dataFolder`, which exists and belongs to this process alone.
  init(
    settings: BrokerSettings, logger: Logger, operations: FileOperations = FileOperations(),
    removeFolder: @escaping (String) -> Void = TopicCatalogue.removeInBackground,
    openLog: @escaping OpenLog
  ) throws {
    folder = DataFolder(path: settings.dataFolder, operations: operations)
    self.logger = logger
    self.openLog = openLog
    self.removeFolder = removeFolder
    try TopicCatalogue.validate(settings)
    let stored = try CatalogueFile.load(from: folder)
    file = stored ?? CatalogueFile(clusterID: KafkaUUID.clusterID().text)
    configuration = BrokerConfiguration(settings: settings, node: file.nodeConfiguration, cluster: file.clusterConfiguration)
    try openTopics(isNew: stored == nil)
    if stored == nil { try file.save(to: folder) }
  }

  /// Kafka's 22 characters.
  var clusterID: String { file.clusterID }

  // MARK: Looking up

  func partitionCount(of topic: String) -> Int? { topics[topic]?.logs.count }

  func name(of id: KafkaUUID) -> String? { topicsByID[id]?.name }

  func id(of name: String) -> KafkaUUID? { topics[name]?.id }

  func topic(_ id: KafkaUUID) -> Topic? { topicsByID[id] }

  /// For every produce and fetch: allocates nothing.
  func log(_ topic: String, _ partition: Int32) -> PartitionLog? { topics[topic]?.log(partition) }

  func log(_ topic: KafkaUUID, _ partition: Int32) -> PartitionLog? { topicsByID[topic]?.log(partition) }

  /// Another topic whose name differs in `.` and `_` only.
  func collision(with name: String) -> String? {
    TopicName.collisionKey(name).flatMap { collisions[$0]?.min() }
  }

  func topicConfiguration(_ name: String) -> TopicConfiguration {
    TopicConfiguration(overrides: file.topics[name]?.configuration ?? [:], broker: configuration)
  }

  // MARK: Changing

  /// Makes `change` to `meta.json`, durably. What it throws has changed nothing.
  func commit(_ change: (inout CatalogueFile) -> Void) throws(ApiError) {
    var next = file
    change(&next)
    do {
      try next.save(to: folder)
    } catch {
      logger.error("cannot save the topics", metadata: ["error": "\(error)"])
      throw ApiError(.kafkaStorageError, "the change could not be saved: \(error.reason)")
    }
    file = next
  }

  /// These bear their old names no longer, which the next change writes down.
  func forgetDeletedFolders(keeping names: Set<String>) { file.deletedFolders = names.sorted() }

  func register(_ topic: Topic) {
    topics[topic.name] = topic
    topicsByID[topic.id] = topic
    partitionCount += topic.logs.count
    if let key = TopicName.collisionKey(topic.name) { collisions[key, default: []].insert(topic.name) }
  }

  func unregister(_ topic: Topic) {
    topics[topic.name] = nil
    topicsByID[topic.id] = nil
    partitionCount -= topic.logs.count
    if let key = TopicName.collisionKey(topic.name) { collisions[key]?.remove(topic.name) }
  }

  func append(_ logs: [PartitionLog], to topic: Topic) {
    topic.logs += logs
    partitionCount += logs.count
  }

  /// Producer ids that nobody had before and nobody will get again, after a crash either.
  func reserveProducerIDs() throws -> Range<Int64> {
    let first = file.nextProducerID
    guard first <= Int64.max - Self.producerIDBlock else { throw ApiError(.unknownServerError, "all producer ids are used up") }
    try commit { $0.nextProducerID = first + Self.producerIDBlock }
    return first..<first + Self.producerIDBlock
  }

  static func removeInBackground(_ path: String) {
    DispatchQueue.global(qos: .utility).async { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func validate(_ settings: BrokerSettings) throws(ApiError) {
    for (name, text) in settings.topicDefaults.sorted(by: { $0.key < $1.key }) {
      guard let key = TopicConfigurationKey.byBrokerName[name] else {
        throw ApiError(.invalidConfig, "Unknown broker config name: \(name)")
      }
      try key.parse(text, shownName: name)
    }
  }
}

extension KafkaUUID {
  /// Kafka's own never start with a dash, which a shell would take for an option.
  fileprivate static func clusterID() -> KafkaUUID {
    while true {
      let id = random()
      if !id.text.hasPrefix("-") { return id }
    }
  }
}
