internal import Logging

/// Creating, growing, configuring and deleting topics.
extension TopicCatalogue {
  // MARK: Creating

  /// Throws what Kafka answers when a topic of this name and shape cannot be created. `alreadyPlanned` are the partitions that the same
  /// request will create before it.
  func validate(_ topic: NewTopic, alreadyPlanned: Int = 0) throws(ApiError) {
    if let problem = TopicName.problem(with: topic.name) { throw ApiError(.invalidTopic, problem) }
    guard topics[topic.name] == nil else { throw ApiError(.topicAlreadyExists, "Topic '\(topic.name)' already exists.") }
    if let other = collision(with: topic.name) {
      throw ApiError(.invalidTopic, "Topic '\(topic.name)' collides with existing topic: \(other)")
    }
    try TopicConfiguration(overrides: topic.overrides, broker: configuration).validate()
    guard topic.partitions >= 1 else {
      throw ApiError(.invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
    }
    try checkRoom(for: Int(topic.partitions), alreadyPlanned: alreadyPlanned)
  }

  /// The broker's own limit on the partitions of all topics.
  func checkRoom(for partitions: Int, alreadyPlanned: Int = 0) throws(ApiError) {
    let limit = configuration.settings.maxPartitions
    guard partitions <= limit - partitionCount - alreadyPlanned else {
      throw ApiError(
        .policyViolation,
        "\(partitions) more partition(s) would exceed this broker's limit of \(limit) (\(partitionCount + alreadyPlanned) exist); "
          + "delete topics or raise the limit")
    }
  }

  /// Creates all of these topics or none; each must have passed ``validate(_:alreadyPlanned:)``.
  ///
  /// Folders come first and `meta.json` after them: a crash in between leaves empty folders, which the next start removes.
  func create(_ newTopics: [NewTopic]) throws(ApiError) {
    guard !newTopics.isEmpty else { return }
    var made: [Topic] = []
    do throws(ApiError) {
      for new in newTopics {
        let topic = Topic(name: new.name, id: new.id, logs: [])
        made.append(topic)
        try addLogs(
          upTo: new.partitions, to: topic, with: TopicConfiguration(overrides: new.overrides, broker: configuration).log
        ) { topic.logs.append($0) }
      }
      try commit { file in
        for new in newTopics {
          file.topics[new.name] = CatalogueFile.Topic(id: new.id.text, partitions: new.partitions, configuration: new.overrides)
        }
      }
    } catch {
      for topic in made { discard(topic.logs) }
      throw error
    }
    for topic in made {
      register(topic)
      logger.info("created a topic", metadata: ["topic": "\(topic.name)", "partitions": "\(topic.logs.count)", "id": "\(topic.id.text)"])
    }
  }

  /// Gives a topic more partitions; `count` is how many it then has.
  func grow(_ topic: Topic, to count: Int32) throws(ApiError) {
    var added: [PartitionLog] = []
    do throws(ApiError) {
      try addLogs(upTo: count, to: topic, with: topicConfiguration(topic.name).log) { added.append($0) }
      try commit { $0.topics[topic.name]?.partitions = count }
    } catch {
      discard(added)
      throw error
    }
    append(added, to: topic)
    logger.info("created partitions", metadata: ["topic": "\(topic.name)", "partitions": "\(count)"])
  }

  /// The log of a topic that the broker keeps its own state in, created when it is not there.
  func internalLog(_ name: String) throws(ApiError) -> PartitionLog {
    if topics[name] == nil { try create([.internal(name)]) }
    guard let log = log(name, 0) else { throw ApiError(.kafkaStorageError, "\(name) has no partition") }
    return log
  }

  private func addLogs(
    upTo count: Int32, to topic: Topic, with configuration: LogConfiguration, opened: (PartitionLog) -> Void
  ) throws(ApiError) {
    for index in Int32(topic.logs.count)..<count {
      let partition = TopicPartition(topic: topic.name, partition: index)
      do {
        if try !folder.makeFolder(partition.description) {
          // Not a topic's: there is none. What a deletion or a crash left.
          putStrayAside(partition.description)
          guard try folder.makeFolder(partition.description) else {
            throw LogError(path: folder.path(of: partition.description), reason: "is in the way")
          }
        }
        opened(try openLog(folder.path(of: partition.description), partition, configuration))
      } catch {
        logger.error("cannot create a partition", metadata: ["partition": "\(partition)", "error": "\(error)"])
        throw ApiError(.kafkaStorageError, "partition \(partition) could not be created on disk")
      }
    }
  }

  private func discard(_ logs: [PartitionLog]) {
    for log in logs {
      log.abandon()
      discard(log.partition.description)
    }
  }

  // MARK: Deleting

  /// Deletes topics that exist. From the moment that `meta.json` is written they are gone, whatever happens then: it names the folders
  /// that a next start must remove.
  func delete(_ names: [String]) throws(ApiError) {
    let deleted = names.compactMap { topics[$0] }
    guard !deleted.isEmpty else { return }
    try commit { file in
      for topic in deleted {
        file.topics[topic.name] = nil
        file.deletedFolders += topic.logs.map(\.partition.description)
      }
    }
    var remaining = Set(file.deletedFolders)
    for topic in deleted {
      unregister(topic)
      for log in topic.logs {
        log.abandon()
        onLogClosed(log)
        if discard(log.partition.description) { remaining.remove(log.partition.description) }
      }
      logger.info("deleted a topic", metadata: ["topic": "\(topic.name)", "id": "\(topic.id.text)"])
    }
    forgetDeletedFolders(keeping: remaining)
    let deletedNames = deleted.map(\.name)
    for tell in onTopicsDeleted { tell(deletedNames) }
  }
}
