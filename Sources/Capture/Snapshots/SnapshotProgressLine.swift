/// What a person wants to know of a running snapshot, in one line.
struct SnapshotProgressLine: Hashable, Sendable {
  var table: String
  var rows: Int
  /// By the statistics; nil or 0 says nothing.
  var estimate: Int64?
  /// Rows a second.
  var rate: Double
  /// Of all tables.
  var totalRows: Int
  var totalEstimate: Int64
  var tablesLeft: Int

  var text: String {
    var parts = ["snapshot of \(table): \(rows) rows"]
    // Statistics are old: more rows than they say are no more than nearly all.
    if let estimate, estimate > 0 { parts[0] += " (\(min(99, Int64(rows) * 100 / estimate)) %)" }
    parts.append("\(Int(rate)) rows/s")
    if totalEstimate > Int64(totalRows), rate >= 1 {
      parts.append("about \(Self.time(seconds: Int(((Double(totalEstimate) - Double(totalRows)) / rate).rounded()))) left")
    }
    parts.append(tablesLeft == 1 ? "1 table left" : "\(tablesLeft) tables left")
    return parts.joined(separator: ", ")
  }

  static func time(seconds: Int) -> String {
    if seconds < 60 { return "\(max(1, seconds)) s" }
    if seconds < 3600 { return "\((seconds + 30) / 60) min" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
