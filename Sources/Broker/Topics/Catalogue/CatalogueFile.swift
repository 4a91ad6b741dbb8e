internal import FoundationEssentials
internal import NIOCore

/// What `meta.json` in the data folder holds: everything about the cluster and its topics but the records.
struct CatalogueFile: Codable, Equatable, Sendable {
  struct Topic: Codable, Equatable, Sendable {
    /// ``KafkaUUID/text``.
    var id: String
    var partitions: Int32
    /// The topic's own configurations.
    var configuration: [String: String] = [:]
  }

  static let name = "meta.json"
  static let currentVersion = 1

  /// Of this file's form.
  var version = currentVersion
  /// ``KafkaUUID/text``, as Kafka's `kafka-storage random-uuid` makes them.
  var clusterID: String
  /// All producer ids below this may be in use.
  var nextProducerID: Int64 = 0
  /// ``BrokerConfiguration/node``.
  var nodeConfiguration: [String: String] = [:]
  /// ``BrokerConfiguration/cluster``.
  var clusterConfiguration: [String: String] = [:]
  var topics: [String: Topic] = [:]
  /// Folders of deleted topics that may still bear their old names.
  var deletedFolders: [String] = []

  /// Nil when there is none.
  static func load(from folder: DataFolder) throws(LogError) -> CatalogueFile? {
    let path = folder.path(of: name)
    guard let bytes = try folder.operations.contents(path) else { return nil }
    let file: CatalogueFile
    do {
      file = try JSONDecoder().decode(CatalogueFile.self, from: Data(bytes.readableBytesView))
    } catch {
      throw LogError(path: path, reason: "is not what this program writes (\(error)); restore it from a copy")
    }
    if let problem = file.problem { throw LogError(path: path, reason: problem) }
    return file
  }

  /// Durable when it returns; a crash in the midst leaves the one before.
  func save(to folder: DataFolder) throws(LogError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data: Data
    do {
      data = try encoder.encode(self)
    } catch {
      throw LogError(path: folder.path(of: Self.name), reason: "cannot be encoded: \(error)")
    }
    try folder.operations.replace(folder.path(of: Self.name), with: ByteBuffer(bytes: data), durably: true, folder: folder.path)
  }

  /// What is wrong with a file that somebody else may have written.
  private var problem: String? {
    guard version == Self.currentVersion else { return "has version \(version), this program reads version \(Self.currentVersion)" }
    guard KafkaUUID(text: clusterID) != nil else { return "has the cluster id '\(clusterID)', which is not a Kafka UUID" }
    guard nextProducerID >= 0 else { return "has the negative producer id \(nextProducerID)" }
    var ids: Set<KafkaUUID> = [.zero]
    for (name, topic) in topics {
      if let problem = TopicName.problem(with: name) { return problem }
      guard (1...1_000_000).contains(topic.partitions) else { return "gives topic \(name) \(topic.partitions) partitions" }
      guard let id = KafkaUUID(text: topic.id), ids.insert(id).inserted else { return "gives topic \(name) the id '\(topic.id)'" }
    }
    return nil
  }
}
