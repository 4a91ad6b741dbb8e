import Foundation
import Syncer

/// A replay as a table, as JSON, and as the file that `--from-file` reads.
struct ReplayReport: Encodable {
  /// One partition.
  struct Partition: Encodable {
    var topic: String
    var partition: Int32
    /// Where the group is, by the place that counts; null where it has no position.
    var current: Int64?
    /// The offset in the read database, and the one in Kafka.
    var stored: Int64?
    var committed: Int64?
    var new: Int64
    /// Offsets that come again; negative where they are skipped.
    var replayed: Int64?
    var earliest: Int64
    var latest: Int64
    var note: String?
  }

  var group: String
  var target: String
  /// Whether it was done.
  var executed: Bool
  /// The number in the audit (table sluice_replays).
  var audit: Int64?
  /// The sum over all partitions.
  var replayed: Int64
  var partitions: [Partition]
  var notes: [String]

  init(_ request: ReplayRequest, _ moves: [ReplayMove], audit: Int64?, executed: Bool, notes: [String]) {
    group = request.group
    target = request.target.text
    self.executed = executed
    self.audit = audit
    self.notes = notes
    replayed = moves.reduce(0) { $0 + ($1.replayed ?? 0) }
    partitions = moves.map {
      Partition(
        topic: $0.partition.topic, partition: $0.partition.partition, current: $0.current, stored: $0.stored, committed: $0.committed,
        new: $0.next, replayed: $0.replayed, earliest: $0.log.low, latest: $0.log.high, note: $0.note)
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// `topic,partition,offset` a line, as Apache Kafka's tool exports them.
  var csv: String { partitions.map { "\($0.topic),\($0.partition),\($0.new)" }.joined(separator: "\n") }

  var table: String {
    let head = ["TOPIC", "PARTITION", "CURRENT", "NEW", "TO REPLAY", "LOG", "NOTE"]
    let rows = partitions.map { line in
      [
        line.topic, "\(line.partition)", line.current.map(String.init) ?? "-", "\(line.new)", line.replayed.map(String.init) ?? "-",
        "\(line.earliest)..\(line.latest)", note(line),
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      row.enumerated().map { column, text in
        (1...4).contains(column)
          ? String(repeating: " ", count: widths[column] - text.count) + text
          : text + String(repeating: " ", count: widths[column] - text.count)
      }.joined(separator: "  ").trimmingSuffix()
    }.joined(separator: "\n")
  }

  private func note(_ line: Partition) -> String {
    let places = line.stored != nil && line.committed != line.stored ? "Kafka is at \(line.committed.map(String.init) ?? "none")" : nil
    return [line.note, places].compactMap(\.self).joined(separator: "; ")
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
