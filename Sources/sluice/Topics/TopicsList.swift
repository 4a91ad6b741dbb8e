import ArgumentParser
import Kafka
import Runtime

/// `sluice topics list`.
struct TopicsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "A line a topic.")

  @OptionGroup var options: InstallationOptions
  @Flag(help: "Also the cluster's own topics, whose names begin with two underscores.") var internals = false
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await Running.reporting("topics list") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("topics"))
        let topics = try await admin.describeTopics().filter { internals || !$0.name.hasPrefix("__") }
        let watermarks = try await TopicsDescribe.watermarks(of: topics, admin)
        let reports = topics.map { TopicReport($0, watermarks) }
        if json { return print(try Admins.json(reports)) }
        print(TopicReport.list(reports).lines(isColored: DoctorText.isTerminal).joined(separator: "\n"))
      }
    }
  }
}
