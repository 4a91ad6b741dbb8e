import ArgumentParser
import Kafka
import Runtime

/// `sluice groups delete`.
struct GroupsDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete groups with their committed offsets. Wants --yes; refused while a group has members.",
    discussion: "The offsets that a syncer keeps in the read database stay.")

  @OptionGroup var options: InstallationOptions
  @Argument(help: "Groups.") var groups: [String]
  @Flag(help: "Yes, delete them.") var yes = false

  func run() async throws {
    try await Running.reporting("groups delete") {
      let configuration = try options.load()
      try await Admins.asking(configuration) {
        let admin = try Admins.admin(configuration, logger: Admins.logger("groups"))
        for group in try await admin.describeGroups(groups) {
          if let error = group.error { throw error }
          if group.state == .dead { throw ToolError("there is no group \(group.id); nothing was deleted") }
          if !group.members.isEmpty {
            throw ToolError("group \(group.id) has \(group.members.count) members: stop them first; nothing was deleted")
          }
        }
        guard yes else { throw ValidationError("nothing was deleted: repeat with --yes to delete \(groups.joined(separator: ", "))") }
        let failures = try await admin.deleteGroups(groups)
        for group in groups where failures[group] == nil { print("deleted \(group)") }
        if !failures.isEmpty {
          throw ToolError(failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; "))
        }
      }
    }
  }
}
