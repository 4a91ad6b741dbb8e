/// A topic to be created.
struct NewTopic {
  var name: String
  /// Random unless a test wants to know it beforehand.
  var id = KafkaUUID.random()
  var partitions: Int32
  /// By the topic's names of configurations.
  var overrides: [String: String] = [:]

  /// The topics that the broker keeps its own state in, as `offsets.topic.*` and `transaction.state.log.*` would have them: one partition
  /// (one node, one coordinator), compacted, in segments small enough to be read again quickly at a start.
  static func `internal`(_ name: String) -> NewTopic {
    NewTopic(name: name, partitions: 1, overrides: ["cleanup.policy": "compact", "segment.bytes": "16777216"])
  }
}
