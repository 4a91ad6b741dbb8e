import ArgumentParser
import Kafka
import Runtime

/// `sluice groups list`.
struct GroupsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "A line a group.")

  @OptionGroup var options: InstallationOptions
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await Running.reporting("groups list") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("groups"))
        let groups = try await admin.describeGroups(admin.listGroups().map(\.id)).sorted { $0.id < $1.id }.map { GroupReport($0) }
        if json { return print(try Admins.json(groups)) }
        print(GroupReport.list(groups).lines(isColored: DoctorText.isTerminal).joined(separator: "\n"))
      }
    }
  }
}
