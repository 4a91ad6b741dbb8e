internal import Kafka

/// Reads what the doctor judges of Kafka; changes nothing.
struct TopicSurvey: Sendable {
  let admin: Admin

  /// - Parameter wanted: the topics that the connector needs.
  /// - Throws: `KafkaError` if no broker answers.
  func read(_ wanted: [(name: String, use: TopicFacts.Use)]) async throws -> BrokerFacts {
    let cluster = try await admin.describeCluster()
    let known = Set(try await admin.describeTopics().map(\.name))
    // Asked about by name, a topic that does not exist would be made by brokers that make topics.
    let there = wanted.map(\.name).filter(known.contains)
    let described = there.isEmpty ? [] : try await admin.describeTopics(there)
    var topics: [TopicFacts] = []
    for (name, use) in wanted {
      var facts = TopicFacts(name: name, use: use, partitions: 0)
      if let topic = described.first(where: { $0.name == name }) {
        facts.partitions = topic.partitions.count
        facts.leaderless = topic.partitions.count { $0.leader == nil }
        facts.inSync = topic.partitions.map(\.inSyncReplicas.count).min() ?? 0
        facts.configuration = try await configuration(of: .topic(name))
      }
      topics.append(facts)
    }
    let broker = cluster.brokers.first.map(\.id)
    let settings = try await broker.asyncMap { try await configuration(of: .broker($0)) } ?? [:]
    return BrokerFacts(
      brokers: cluster.brokers.count, createsTopics: settings["auto.create.topics.enable"].map { $0 == "true" }, topics: topics)
  }

  /// Empty where the role may not read it.
  private func configuration(of resource: ConfiguredResource) async throws -> [String: String] {
    do {
      var result: [String: String] = [:]
      for entry in try await admin.describeConfiguration(of: resource) { if let value = entry.value { result[entry.name] = value } }
      return result
    } catch let error as KafkaError where !error.isRetriable {
      return [:]
    }
  }
}

extension Optional {
  fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
    if let value = self { try await transform(value) } else { nil }
  }
}
