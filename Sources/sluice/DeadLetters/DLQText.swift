import Foundation
import Runtime
import Syncer

/// Dead letters for people.
enum DLQText {
  static func list(_ counts: DeadLetterCounts, _ items: [DeadLetterItem], isGrouped: Bool) -> [String] {
    guard counts.total > 0 else { return ["there are no such dead letters"] }
    let isColored = DoctorText.isTerminal
    if isGrouped {
      let table = TextTable(
        counts.groupings.map { .words($0.rawValue.uppercased()) } + [
          .numbers("LETTERS"), .numbers("BEHIND"), .words("OLDEST"), .words("NEWEST"),
        ],
        rows: counts.sorted.map { group in
          group.names.map { TextTable.Cell(printable($0, 60)) } + [
            "\(group.letters)", "\(group.behind)", TextTable.Cell(time(group.oldest)), TextTable.Cell(time(group.newest)),
          ]
        })
      return table.lines(isColored: isColored)
    }
    let table = TextTable(
      [
        .words("LETTER"), .words("TIME"), .words("KEY"), .words("CLASS"), .words("HANDLER"), .numbers("ATTEMPTS"), .words("STATE"),
        .words("ERROR"),
      ],
      rows: items.map { item in
        let letter = item.letter
        return [
          TextTable.Cell(letter.place.description), TextTable.Cell(time(letter.timestamp)), TextTable.Cell(bytes(letter.record.key, 30)),
          TextTable.Cell(printable(letter.errorName ?? "-", 40)), TextTable.Cell(printable(letter.handler ?? "-", 30)),
          "\(letter.attempts)",
          TextTable.Cell(item.state.text, colour: colour(item.state)), TextTable.Cell(printable(letter.message ?? "-", 60)),
        ]
      })
    let groups = counts.sorted.map { "\($0.letters) \($0.names.joined(separator: " "))" }.joined(separator: ", ")
    let more = counts.total > items.count ? "; the first \(items.count) are shown, --limit shows more" : ""
    return table.lines(isColored: isColored) + ["\(counts.total) dead letters: \(groups)\(more)"]
  }

  static func outcome(_ outcome: DeadLetterOutcome, doing what: String) -> [String] {
    let would = outcome.isExecuted ? "" : "would be "
    var lines = ["\(outcome.selected) letters selected"]
    if outcome.settled > 0 { lines.append("  \(outcome.settled) of a retry that was ended before: looked up in their targets") }
    if !outcome.keys.isEmpty { lines.append("  \(outcome.keys.count) parked keys \(would)\(what)") }
    for (topic, count) in outcome.replayed.sorted(by: { $0.key < $1.key }) { lines.append("  \(count) \(would)written to \(topic)") }
    for (topic, count) in outcome.setAside.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(count) had their attempts, \(would)set aside to \(topic)")
    }
    if outcome.discarded > 0 { lines.append("  \(outcome.discarded) \(would)discarded") }
    for (reason, count) in outcome.skipped.sorted(by: { $0.key < $1.key }) { lines.append("  \(count) left alone: \(reason)") }
    if !outcome.isExecuted { lines.append("nothing was done: --execute does it") }
    return lines
  }

  static func time(_ milliseconds: Int64?) -> String {
    guard let milliseconds, milliseconds >= 0 else { return "-" }
    return CivilTime(secondsSince1970: Int(milliseconds / 1000)).rfc3339()
  }

  static func bytes(_ bytes: [UInt8]?, _ limit: Int) -> String {
    guard let bytes else { return "NULL" }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return "0x" + bytes.prefix(limit / 2).map { String(format: "%02x", $0) }.joined() + (bytes.count > limit / 2 ? "…" : "")
    }
    return printable(text, limit)
  }

  /// One line, and nothing in it that a terminal would obey: what stands in records is anybody's.
  static func printable(_ text: String, _ limit: Int = .max) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: Unicode.Scalar("\u{FFFD}")
      default: scalar
      }
    }
    var clean = String.UnicodeScalarView()
    clean.append(contentsOf: scalars)
    let line = String(clean)
    return line.count > limit ? String(line.prefix(max(0, limit - 1))) + "…" : line
  }

  private static func colour(_ state: DeadLetterState) -> Int? {
    switch state {
    case .waiting: 33
    case .parked, .inDoubt: 31
    case .resolved, .replayed: 32
    case .setAside, .discarded, .duplicate: nil
    }
  }
}
