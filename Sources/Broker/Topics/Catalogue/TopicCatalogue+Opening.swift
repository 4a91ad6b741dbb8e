internal import Logging

/// What happens to the data folder at a start.
extension TopicCatalogue {
  /// Opens the log of every partition that `meta.json` names and puts aside what else there is. The folder is listed once; nothing is
  /// opened to find out what it is, so that thousands of partitions cost what their logs cost.
  func openTopics(isNew: Bool) throws {
    var folders = try folder.names()
    if isNew, let example = folders.filter(Self.isPartitionFolder).min() {
      throw LogError(
        path: folder.path(of: CatalogueFile.name),
        reason: "is missing, but \(folders.count) folders such as \(example) are there; restore it from a copy or name an empty folder")
    }
    for (name, stored) in file.topics.sorted(by: { $0.key < $1.key }) {
      guard let id = KafkaUUID(text: stored.id) else { continue }
      let log = topicConfiguration(name).log
      warnOfIgnored(stored.configuration, of: name)
      var logs: [PartitionLog] = []
      for index in 0..<stored.partitions {
        let partition = TopicPartition(topic: name, partition: index)
        if folders.remove(partition.description) == nil {
          logger.error(
            "a partition's folder is missing; the partition starts empty",
            metadata: ["partition": "\(partition)", "path": "\(folder.path(of: partition.description))"])
          _ = try folder.makeFolder(partition.description)
        }
        logs.append(try openLog(folder.path(of: partition.description), partition, log))
      }
      register(Topic(name: name, id: id, logs: logs))
    }
    putAside(folders)
  }

  /// A crash in the midst of creating or deleting topics leaves folders that no topic has.
  private func putAside(_ folders: Set<String>) {
    let deleted = Set(file.deletedFolders)
    var remaining: Set<String> = []
    for name in folders.sorted() {
      if name.hasSuffix(Self.deletedSuffix) {
        removeFolder(folder.path(of: name))
      } else if deleted.contains(name) {
        logger.info("finishing the deletion of a partition", metadata: ["partition": "\(name)"])
        if !discard(name) { remaining.insert(name) }
      } else if Self.isPartitionFolder(name) {
        putStrayAside(name)
      }
    }
    forgetDeletedFolders(keeping: remaining)
  }

  /// A folder that should not be there: removed when it is empty, else kept under a name that says so. True when it is out of the way.
  @discardableResult
  func putStrayAside(_ name: String) -> Bool {
    guard folder.holdsRecords(name) else {
      logger.info("removing an empty folder that belongs to no topic", metadata: ["folder": "\(name)"])
      return discard(name)
    }
    let newName = Self.asideName(name, suffix: Self.straySuffix)
    do {
      try folder.rename(name, to: newName)
      logger.warning(
        "a folder with data belongs to no topic; it was renamed and may be removed", metadata: ["folder": "\(name)", "now": "\(newName)"])
      return true
    } catch {
      logger.error("a folder belongs to no topic and could not be renamed", metadata: ["folder": "\(name)", "error": "\(error)"])
      return false
    }
  }

  /// Takes a folder out of the way and has it removed in the background. False when it is still in the way.
  @discardableResult
  func discard(_ name: String) -> Bool {
    let newName = Self.asideName(name, suffix: Self.deletedSuffix)
    do {
      try folder.rename(name, to: newName)
    } catch {
      // Somebody removed it already: that will do, too.
      if !folder.exists(name) { return true }
      logger.error("a deleted partition's folder could not be renamed", metadata: ["folder": "\(name)", "error": "\(error)"])
      return false
    }
    removeFolder(folder.path(of: newName))
    return true
  }

  /// Kafka's own, `LocalLog.DELETE_DIR_SUFFIX` and `STRAY_DIR_SUFFIX`.
  static let deletedSuffix = "-delete"
  static let straySuffix = "-stray"

  /// `orders-0` becomes `orders-0.<uuid>-delete`, cut to what a file system takes.
  private static func asideName(_ name: String, suffix: String) -> String {
    let end = "." + KafkaUUID.random().text + suffix
    return String(name.prefix(255 - end.utf8.count)) + end
  }

  /// `<topic>-<number>`, and not the name of one that was put aside.
  private static func isPartitionFolder(_ name: String) -> Bool {
    guard let dash = name.lastIndex(of: "-"), let number = Int32(name[name.index(after: dash)...]), number >= 0 else { return false }
    return TopicName.problem(with: String(name[..<dash])) == nil
  }

  private func warnOfIgnored(_ overrides: [String: String], of topic: String) {
    for (name, text) in overrides {
      if let key = TopicConfigurationKey.byName[name], (try? key.parse(text)) != nil { continue }
      logger.warning(
        "a topic's configuration is not valid and counts as not set",
        metadata: ["topic": "\(topic)", "name": "\(name)", "value": "\(text)"])
    }
  }
}
