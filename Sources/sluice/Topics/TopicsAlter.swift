import ArgumentParser
import Kafka
import Runtime

/// `sluice topics alter`.
struct TopicsAlter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alter", abstract: "Give a topic more partitions, or change its configuration.",
    discussion:
      "With more partitions keys go to other ones than before: what is there stays, and the order of a key holds from then on only.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "The topic.") var topic: String
  @Option(help: "How many partitions there shall be; never fewer than there are.") var partitions: Int?
  @Option(name: .customLong("topic-config"), help: ArgumentHelp("Set a key; may be repeated.", valueName: "key=value")) var settings:
    [String] = []
  @Option(name: .customLong("delete-config"), help: ArgumentHelp("Take a key back to its default; may be repeated.", valueName: "key"))
  var deletions: [String] = []

  func validate() throws {
    _ = try TopicSettings.parse(settings)
    if partitions == nil, settings.isEmpty, deletions.isEmpty {
      throw ValidationError("nothing to alter: expected --partitions, --topic-config or --delete-config")
    }
  }

  func run() async throws {
    try await Running.reporting("topics alter") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("topics"))
        var changes: [String: String?] = try TopicSettings.parse(settings).mapValues { $0 }
        for key in deletions { changes[key] = .some(nil) }
        if !changes.isEmpty {
          try await admin.alterConfiguration(of: .topic(topic), changes)
          print("configured \(topic)")
        }
        if let partitions {
          try await admin.createPartitions(topic: topic, total: partitions)
          print("\(topic) has \(partitions) partitions")
        }
      }
    }
  }
}
