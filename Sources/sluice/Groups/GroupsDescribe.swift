import ArgumentParser
import Foundation
import Kafka
import Runtime
import Syncer

/// `sluice groups describe`.
struct GroupsDescribe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Members, what they are assigned, and the offsets that are committed.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "Groups.") var groups: [String]
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await Running.reporting("groups describe") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("groups"))
        let described = try await admin.describeGroups(groups)
        if let missing = described.first(where: { $0.state == .dead && $0.error == nil }) {
          throw ToolError("there is no group \(missing.id); sluice groups list shows what there is")
        }
        let reader = GroupLagReader(admin: admin, times: nil)
        let lags = try await reader.read(groups, cluster: nil, now: Int64(Date().timeIntervalSince1970 * 1000))
        let reports = described.map { group in GroupReport(group, lag: lags.first { $0.group == group.id }) }
        if json { return print(try Admins.json(reports)) }
        print(reports.map { $0.lines(isColored: DoctorText.isTerminal).joined(separator: "\n") }.joined(separator: "\n\n"))
      }
    }
  }
}
