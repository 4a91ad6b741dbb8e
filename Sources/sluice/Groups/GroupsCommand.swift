import ArgumentParser

/// `sluice groups`: the consumer groups of the cluster.
struct GroupsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groups", abstract: "List, describe and delete consumer groups.",
    discussion: """
      Works with any Kafka, at kafka.bootstrap_servers. How far groups are behind and how they fare: sluice lag. Where they go on: sluice replay.

      EXAMPLES
        sluice groups                             names, states, members
        sluice groups describe sluice-syncer      members, what they are assigned, and committed offsets
        sluice groups delete billing --yes        with its offsets; refused while it has members
        sluice groups list --json | jq '.[] | select(.state == "Empty").group'

      EXIT CODES
        0 done, 1 failed or refused, 64 wrong usage, 78 wrong configuration
      """, subcommands: [GroupsList.self, GroupsDescribe.self, GroupsDelete.self], defaultSubcommand: GroupsList.self)
}
