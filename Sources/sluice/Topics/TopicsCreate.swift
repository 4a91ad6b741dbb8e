import ArgumentParser
import Kafka
import Runtime

/// `sluice topics create`.
struct TopicsCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "create", abstract: "Create topics.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "Topics.") var topics: [String]
  @Option(help: "How many partitions (the broker's default).") var partitions: Int?
  @Option(help: "How many replicas (the broker's default).") var replicationFactor: Int?
  @Option(
    name: .customLong("topic-config"), help: ArgumentHelp("A key of the topic's configuration; may be repeated.", valueName: "key=value"))
  var settings: [String] = []
  @Flag(help: "A topic that is there already is left as it is.") var ifNotExists = false
  @Flag(help: "Only check whether it could be done.") var dryRun = false

  func validate() throws {
    _ = try TopicSettings.parse(settings)
    if let partitions, partitions < 1 { throw ValidationError("--partitions \(partitions): expected at least 1") }
    if let replicationFactor, !(1...32_767).contains(replicationFactor) {
      throw ValidationError("--replication-factor \(replicationFactor): expected 1 to 32767")
    }
  }

  func run() async throws {
    try await Running.reporting("topics create") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("topics"))
        let settings = try TopicSettings.parse(settings)
        let failures = try await admin.createTopics(
          topics.map { NewTopic($0, partitions: partitions, replicationFactor: replicationFactor, configuration: settings) },
          validateOnly: dryRun)
        var failed: [String] = []
        for topic in topics {
          switch failures[topic] {
          case nil: print(dryRun ? "could create \(topic)" : "created \(topic)")
          case .some(let error) where error.code == .topicAlreadyExists && ifNotExists: print("\(topic) is there already")
          case .some(let error): failed.append("\(topic): \(error)")
          }
        }
        if !failed.isEmpty { throw ToolError(failed.joined(separator: "; ")) }
      }
    }
  }
}
