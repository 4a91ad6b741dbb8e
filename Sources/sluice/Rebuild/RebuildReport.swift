import Foundation
import Syncer

/// Versions and progress for people and machines.
struct RebuildReport: Encodable {
  var projection: String
  var version: Int
  var state: String
  var source: String
  var group: String
  var actor: String
  var records: Int64
  var failures: Int64
  var startedAt: String
  var switchedAt: String?

  init(_ record: VersionRecord) {
    projection = record.version.projection
    version = record.version.number
    state = record.state.rawValue
    source = record.source
    group = record.group
    actor = record.actor
    records = record.records
    failures = record.failures
    startedAt = record.startedAt
    switchedAt = record.switchedAt
  }

  static func table(_ reports: [RebuildReport]) -> String {
    let head = ["PROJECTION", "VERSION", "STATE", "FROM", "RECORDS", "FAILURES", "STARTED", "LIVE SINCE", "BY"]
    let rows = reports.map {
      [
        $0.projection, "\($0.version)", $0.state, $0.source, "\($0.records)", "\($0.failures)", $0.startedAt, $0.switchedAt ?? "-",
        $0.actor,
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      row.enumerated().map { column, text in
        column == row.count - 1 ? text : text + String(repeating: " ", count: widths[column] - text.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// `order@v2: following, 1200 done, 30 left, 5000/s, 6 s to go`.
  static func line(_ progress: RebuildProgress) -> String {
    var parts = ["\(progress.version): \(progress.phase.rawValue)", "\(progress.done) done", "\(progress.left) left"]
    if progress.rate >= 1 { parts.append("\(Int(progress.rate))/s") }
    if let seconds = progress.secondsLeft, progress.left > 0 { parts.append("\(Int(seconds.rounded(.up))) s to go") }
    if progress.failures > 0 { parts.append("\(progress.failures) failures") }
    return parts.joined(separator: ", ")
  }

  /// One JSON object on a line of standard error.
  static func json(_ progress: RebuildProgress) -> String {
    let left = progress.secondsLeft.map { "\(Int($0.rounded(.up)))" } ?? "null"
    return
      #"{"projection":"\#(progress.version.projection)","version":\#(progress.version.number),"phase":"\#(progress.phase.rawValue)","done":\#(progress.done),"left":\#(progress.left),"rate":\#(Int(progress.rate)),"secondsLeft":\#(left),"failures":\#(progress.failures)}"#
  }
}
