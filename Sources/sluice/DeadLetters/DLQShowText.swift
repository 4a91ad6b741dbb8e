import Capture
import Runtime
import Syncer

/// One dead letter for people.
enum DLQShowText {
  /// The most of a value that is shown.
  private static let mostBytes = 16_384
  /// The widest column of a comparison.
  private static let width = 60

  static func lines(_ item: DeadLetterItem, edited: ParkedRecord? = nil, isColored: Bool) -> [String] {
    let letter = item.letter
    var facts: [(String, String?)] = [("letter", letter.place.description), ("state", item.state.text)]
    let place = [letter.topic, letter.partition.map(String.init), letter.offset.map(String.init)].compactMap(\.self).joined(separator: ":")
    facts.append(("record", place.isEmpty ? "no header tells where it comes from" : place))
    facts.append(("time", DLQText.time(letter.timestamp)))
    facts.append(("key", DLQText.bytes(letter.record.key, 200)))
    facts.append(("group", letter.group))
    facts.append(("stage", letter.stage))
    facts.append(("handler", letter.handler))
    facts.append(("class", letter.errorName))
    facts.append(("error", letter.message))
    if letter.attempts > 0 { facts.append(("replays", String(letter.attempts))) }
    var lines = facts.compactMap { name, value in value.map { pad(name, 9) + DLQText.printable($0) } }
    if !letter.ownHeaders.isEmpty {
      lines += ["", "headers"] + letter.ownHeaders.map { "  \(DLQText.printable($0.name)): \(DLQText.bytes($0.value, 200))" }
    }
    lines += [""] + value(letter.record.value, isColored: isColored)
    if let edited { lines += ["", "edited, applied by the next attempt"] + value(edited.value, isColored: isColored) }
    return lines
  }

  private static func value(_ value: [UInt8]?, isColored: Bool) -> [String] {
    guard let value else { return ["value NULL (a tombstone)"] }
    if let comparison = DLQComparison(value) { return compare(comparison, isColored: isColored) }
    guard let document = try? JSONDocument(parsing: value) else {
      return ["value, \(value.count) bytes, not JSON", "  " + DLQText.bytes(Array(value.prefix(mostBytes)), mostBytes)]
    }
    return ["value, \(value.count) bytes"] + pretty(document).map { "  " + $0 }
  }

  private static func compare(_ comparison: DLQComparison, isColored: Bool) -> [String] {
    let operations = ["c": "create", "r": "read (snapshot)", "u": "update", "d": "delete", "t": "truncate", "m": "message"]
    let table = TextTable(
      [.words(" "), .words("COLUMN"), .words("BEFORE"), .words("AFTER")],
      rows: comparison.lines.map { line in
        [
          TextTable.Cell(line.differs ? "*" : " "), TextTable.Cell(DLQText.printable(line.column, width)),
          TextTable.Cell(line.before.map { DLQText.printable($0, width) } ?? "-", colour: line.differs ? 31 : nil),
          TextTable.Cell(line.after.map { DLQText.printable($0, width) } ?? "-", colour: line.differs ? 32 : nil),
        ]
      })
    return ["operation \(operations[comparison.operation] ?? comparison.operation)"] + table.lines(isColored: isColored)
  }

  /// Indented, with numbers as they stand in the text.
  private static func pretty(_ document: JSONDocument, _ depth: Int = 0) -> [String] {
    let indent = String(repeating: "  ", count: depth)
    switch document {
    case .object(let members) where depth < 8 && !members.isEmpty:
      return members.flatMap { member -> [String] in
        let name = indent + DLQText.printable(member.name, width)
        switch member.value {
        case .object(let inner) where !inner.isEmpty: return [name + ":"] + pretty(member.value, depth + 1)
        default: return [name + ": " + DLQText.printable(member.value.text, 200)]
        }
      }
    default: return [indent + DLQText.printable(document.text, mostBytes)]
    }
  }

  private static func pad(_ name: String, _ width: Int) -> String { name + String(repeating: " ", count: max(1, width - name.count)) }
}
