import Foundation
import Runtime
import Syncer

/// Lag as a table for people.
enum LagText {
  /// The lines of one look.
  static func lines(_ groups: [GroupLag], isColored: Bool) -> [String] {
    var lines: [String] = []
    for group in groups {
      if !lines.isEmpty { lines.append("") }
      lines += heading(group, isColored: isColored)
      if group.partitions.isEmpty {
        lines.append("no committed offsets and no assigned partitions")
        continue
      }
      lines += table(group).lines(isColored: isColored)
    }
    return lines
  }

  private static func heading(_ group: GroupLag, isColored: Bool) -> [String] {
    let status = isColored ? "\u{1B}[\(colour(group.status))m\(group.status.rawValue)\u{1B}[0m" : group.status.rawValue
    let known = group.partitions.contains { ($0.lag ?? 0) > 0 && $0.seconds == nil } ? "at least " : ""
    var lines = [
      "group \(group.group)  \(group.state)  \(status)  \(number(group.sumLag)) records, \(known)\(seconds(group.maxLagSeconds)) behind"
    ]
    if let problem = group.problem { lines.append("  \(problem)") }
    return lines
  }

  private static func table(_ group: GroupLag) -> TextTable {
    TextTable(
      [
        .words("TOPIC"), .numbers("PARTITION"), .numbers("COMMITTED"), .numbers("END"), .numbers("LAG"), .numbers("BEHIND"),
        .words("TREND"), .words("STATUS"), .words("STATE"), .words("OWNER"),
      ],
      rows: group.partitions.map { partition in
        [
          TextTable.Cell(partition.topic), "\(partition.partition)", TextTable.Cell(number(partition.committed)),
          TextTable.Cell(number(partition.end)), TextTable.Cell(number(partition.lag)),
          TextTable.Cell(partition.seconds.map(seconds) ?? (partition.lag == nil ? "-" : "?")), TextTable.Cell(trend(partition.trend)),
          TextTable.Cell(partition.status.rawValue, colour: colour(partition.status)), TextTable.Cell(partition.state),
          TextTable.Cell(owner(partition.owner)),
        ]
      })
  }

  private static func number(_ value: Int64?) -> String { value.map(String.init) ?? "-" }

  private static func colour(_ status: LagStatus) -> Int {
    switch status {
    case .ok: 32
    case .warn: 33
    case .error, .stop, .stall, .rewind: 31
    }
  }

  /// A static member's name says most, then where it runs.
  private static func owner(_ owner: GroupLag.Owner?) -> String {
    guard let owner else { return "-" }
    return "\(owner.instance ?? owner.client)@\(owner.host)"
  }

  private static func trend(_ trend: LagTrend) -> String {
    switch trend.direction {
    case .unknown: return "-"
    case .caughtUp: return "caught up"
    case .steady: return "steady"
    case .growing: return "growing \(rate(trend.recordsPerSecond))/s"
    case .shrinking: return "\(rate(trend.recordsPerSecond))/s" + (trend.catchUpSeconds.map { ", \(seconds($0)) left" } ?? "")
    }
  }

  private static func rate(_ rate: Double) -> String {
    (rate > 0 ? "+" : "") + (abs(rate) < 10 ? String(format: "%.1f", rate) : String(Int(rate.rounded())))
  }

  /// `0`, `120 ms`, `3.4 s`, `5m12s`, `3h4m`, `2d5h`.
  static func seconds(_ seconds: Double) -> String {
    if seconds <= 0 { return "0" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded(.up))) ms" }
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(min(seconds, 1e12))
    if whole < 3600 { return "\(whole / 60)m\(whole % 60)s" }
    if whole < 86_400 { return "\(whole / 3600)h\(whole % 3600 / 60)m" }
    return "\(whole / 86_400)d\(whole % 86_400 / 3600)h"
  }
}
