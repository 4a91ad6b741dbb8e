import ArgumentParser

/// `sluice topics`: the topics of the cluster.
struct TopicsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "List, describe, create, alter and delete topics.",
    discussion: """
      Works with any Kafka, at kafka.bootstrap_servers.

      EXAMPLES
        sluice topics                                              names, partitions, replicas, records
        sluice topics describe orders                              partitions, ends, and what is configured
        sluice topics create orders --partitions 12 --topic-config cleanup.policy=compact
        sluice topics alter orders --partitions 24 --topic-config retention.ms=604800000
        sluice topics delete orders --yes
        sluice topics list --set kafka.bootstrap_servers=broker:9092 --json | jq '.[].name'

      EXIT CODES
        0 done, 1 failed, 64 wrong usage, 78 wrong configuration
      """,
    subcommands: [TopicsList.self, TopicsDescribe.self, TopicsCreate.self, TopicsAlter.self, TopicsDelete.self],
    defaultSubcommand: TopicsList.self)
}
