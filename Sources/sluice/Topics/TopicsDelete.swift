import ArgumentParser
import Kafka
import Runtime

/// `sluice topics delete`.
struct TopicsDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete topics with all their records. Wants --yes.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "Topics.") var topics: [String]
  @Flag(help: "Yes, delete them.") var yes = false

  func run() async throws {
    try await Running.reporting("topics delete") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("topics"))
        let found = try await admin.describeTopics(topics)
        if let missing = found.first(where: { $0.error != nil }) {
          throw ToolError("there is no topic \(missing.name); nothing was deleted")
        }
        guard yes else {
          let watermarks = try await TopicsDescribe.watermarks(of: found, admin)
          for topic in found.map({ TopicReport($0, watermarks) }) {
            print("would delete \(topic.name): \(topic.partitions.count) partitions, \(topic.records) records")
          }
          throw ValidationError("nothing was deleted: repeat with --yes")
        }
        let failures = try await admin.deleteTopics(topics)
        for topic in topics where failures[topic] == nil { print("deleted \(topic)") }
        if !failures.isEmpty {
          throw ToolError(failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; "))
        }
      }
    }
  }
}
