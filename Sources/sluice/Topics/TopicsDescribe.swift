import ArgumentParser
import Kafka
import Runtime

/// `sluice topics describe`.
struct TopicsDescribe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Partitions with leaders, replicas and ends, and what is configured for the topic.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "Topics.") var topics: [String]
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await Running.reporting("topics describe") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("topics"))
        let found = try await admin.describeTopics(topics)
        if let missing = found.first(where: { $0.error == .unknownTopicOrPartition }) {
          throw ToolError("there is no topic \(missing.name); sluice topics list shows what there is")
        }
        let watermarks = try await Self.watermarks(of: found, admin)
        var reports: [TopicReport] = []
        for topic in found {
          reports.append(TopicReport(topic, watermarks, configuration: try await admin.describeConfiguration(of: .topic(topic.name))))
        }
        if json { return print(try Admins.json(reports)) }
        print(reports.map { $0.lines(isColored: DoctorText.isTerminal).joined(separator: "\n") }.joined(separator: "\n\n"))
      }
    }
  }

  /// The ends of all partitions that have a leader.
  static func watermarks(of topics: [TopicDescription], _ admin: Admin) async throws -> [TopicPartition: Watermarks] {
    let partitions = topics.filter { $0.error == nil }.flatMap { topic in
      topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic: topic.name, partition: $0.id) }
    }
    return try await admin.watermarks(for: partitions)
  }
}
