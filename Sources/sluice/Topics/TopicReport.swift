import Kafka
import Runtime

/// Topics as JSON and as tables.
struct TopicReport: Encodable {
  /// One partition.
  struct Partition: Encodable {
    var partition: Int32
    var leader: Int32?
    var replicas: [Int32]
    var inSyncReplicas: [Int32]
    /// The oldest offset that is still there, and the one behind the last record; null where no broker tells.
    var start: Int64?
    var end: Int64?
    var error: String?
  }

  var name: String
  var isInternal: Bool
  /// Offsets between start and end over all partitions: as many records, or fewer where the topic is compacted or transactions wrote it.
  var records: Int64
  var partitions: [Partition]
  /// What was configured for the topic itself; absent where it was not asked for.
  var configuration: [String: String]?
  var error: String?

  init(_ topic: TopicDescription, _ watermarks: [TopicPartition: Watermarks], configuration: [ConfigurationEntry]? = nil) {
    name = topic.name
    isInternal = topic.name.hasPrefix("__")
    error = topic.error.map { "\($0)" }
    partitions = topic.partitions.map { partition in
      let ends = watermarks[TopicPartition(topic: topic.name, partition: partition.id)]
      return Partition(
        partition: partition.id, leader: partition.leader, replicas: partition.replicas, inSyncReplicas: partition.inSyncReplicas,
        start: ends?.low, end: ends?.high, error: partition.error.map { "\($0)" })
    }
    records = partitions.reduce(0) { $0 + (($1.end ?? 0) - ($1.start ?? 0)) }
    self.configuration = configuration.map { entries in
      Dictionary(
        entries.filter { $0.source == .topic }.map { ($0.name, $0.isSensitive ? "***" : $0.value ?? "") }, uniquingKeysWith: { $1 })
    }
  }

  /// A line a topic.
  static func list(_ topics: [TopicReport]) -> TextTable {
    TextTable(
      [.words("TOPIC"), .numbers("PARTITIONS"), .numbers("REPLICAS"), .numbers("OUT OF SYNC"), .numbers("RECORDS"), .words("NOTE")],
      rows: topics.map { topic in
        let replicas = topic.partitions.map(\.replicas.count)
        let behind = topic.partitions.count { $0.inSyncReplicas.count < $0.replicas.count }
        let leaderless = topic.partitions.count { $0.leader == nil }
        let note = topic.error ?? (leaderless > 0 ? "\(leaderless) without a leader" : "")
        return [
          TextTable.Cell(topic.name), "\(topic.partitions.count)", "\(replicas.max() ?? 0)",
          TextTable.Cell("\(behind)", colour: behind > 0 ? 31 : nil), "\(topic.records)", TextTable.Cell(note, colour: 31),
        ]
      })
  }

  /// All there is about one.
  func lines(isColored: Bool) -> [String] {
    var lines = ["topic \(name)  \(partitions.count) partitions, \(records) records"]
    if let error { lines.append("  \(error)") }
    for (key, value) in (configuration ?? [:]).sorted(by: { $0.key < $1.key }) { lines.append("  \(key)=\(value)") }
    func text(_ brokers: [Int32]) -> String { brokers.map(String.init).joined(separator: ",") }
    let table = TextTable(
      [
        .numbers("PARTITION"), .numbers("LEADER"), .words("REPLICAS"), .words("IN SYNC"), .numbers("START"), .numbers("END"),
        .numbers("RECORDS"), .words("NOTE"),
      ],
      rows: partitions.map { partition in
        let isBehind = partition.inSyncReplicas.count < partition.replicas.count
        return [
          "\(partition.partition)", TextTable.Cell(partition.leader.map(String.init) ?? "none", colour: partition.leader == nil ? 31 : nil),
          TextTable.Cell(text(partition.replicas)), TextTable.Cell(text(partition.inSyncReplicas), colour: isBehind ? 31 : nil),
          TextTable.Cell(partition.start.map(String.init) ?? "-"), TextTable.Cell(partition.end.map(String.init) ?? "-"),
          TextTable.Cell(partition.start.flatMap { start in partition.end.map { String($0 - start) } } ?? "-"),
          TextTable.Cell(partition.error ?? ""),
        ]
      })
    return lines + table.lines(isColored: isColored)
  }
}
