import Kafka
import Runtime
import Syncer

/// Groups as JSON and as tables.
struct GroupReport: Encodable {
  /// A member.
  struct Member: Encodable {
    var id: String
    var client: String
    var host: String
    var instance: String?
    /// `topic[partition]` each.
    var assignment: [String]
  }

  /// A partition that has an offset or an owner.
  struct Offset: Encodable {
    var topic: String
    var partition: Int32
    var committed: Int64?
    var end: Int64?
    var lag: Int64?
    var member: String?
  }

  var group: String
  var state: String
  var isSimple: Bool
  var assignor: String
  var coordinator: Int32?
  var members: [Member]
  /// Absent in a list.
  var offsets: [Offset]?
  var error: String?

  init(_ group: GroupDescription, lag: GroupLag? = nil) {
    self.group = group.id
    state = group.state.rawValue
    isSimple = group.isSimple
    assignor = group.assignor
    coordinator = group.coordinator
    error = group.error.map { "\($0)" }
    members = group.members.map { member in
      Member(
        id: member.id, client: member.clientID, host: member.host.hasPrefix("/") ? String(member.host.dropFirst()) : member.host,
        instance: member.instanceID, assignment: member.partitions.sorted().map(\.description))
    }.sorted { $0.id < $1.id }
    offsets = lag?.partitions.map {
      Offset(
        topic: $0.topic, partition: $0.partition, committed: $0.committed, end: $0.end, lag: $0.lag, member: $0.owner?.member)
    }
  }

  /// A line a group.
  static func list(_ groups: [GroupReport]) -> TextTable {
    TextTable(
      [.words("GROUP"), .words("STATE"), .numbers("MEMBERS"), .numbers("PARTITIONS"), .words("ASSIGNOR"), .numbers("COORDINATOR")],
      rows: groups.map { group in
        [
          TextTable.Cell(group.group), TextTable.Cell(group.state, colour: colour(group.state)), "\(group.members.count)",
          "\(group.members.reduce(0) { $0 + $1.assignment.count })", TextTable.Cell(group.assignor.isEmpty ? "-" : group.assignor),
          TextTable.Cell(group.coordinator.map(String.init) ?? "-"),
        ]
      })
  }

  /// All there is about one.
  func lines(isColored: Bool) -> [String] {
    var lines = ["group \(group)  \(state), \(members.count) members" + (assignor.isEmpty ? "" : ", \(assignor)")]
    if let error { lines.append("  \(error)") }
    if !members.isEmpty {
      lines += TextTable(
        [.words("MEMBER"), .words("CLIENT"), .words("HOST"), .words("INSTANCE"), .numbers("PARTITIONS"), .words("ASSIGNMENT")],
        rows: members.map { member in
          [
            TextTable.Cell(member.id), TextTable.Cell(member.client), TextTable.Cell(member.host), TextTable.Cell(member.instance ?? "-"),
            "\(member.assignment.count)", TextTable.Cell(member.assignment.joined(separator: " ")),
          ]
        }
      ).lines(isColored: isColored)
    }
    guard let offsets else { return lines }
    lines.append("")
    guard !offsets.isEmpty else { return lines + ["no committed offsets"] }
    return lines
      + TextTable(
        [.words("TOPIC"), .numbers("PARTITION"), .numbers("COMMITTED"), .numbers("END"), .numbers("LAG"), .words("MEMBER")],
        rows: offsets.map { offset in
          [
            TextTable.Cell(offset.topic), "\(offset.partition)", TextTable.Cell(offset.committed.map(String.init) ?? "-"),
            TextTable.Cell(offset.end.map(String.init) ?? "-"), TextTable.Cell(offset.lag.map(String.init) ?? "-"),
            TextTable.Cell(offset.member ?? "-"),
          ]
        }
      ).lines(isColored: isColored)
  }

  private static func colour(_ state: String) -> Int {
    switch GroupState(rawValue: state) {
    case .stable: 32
    case .dead: 31
    default: 33
    }
  }
}
