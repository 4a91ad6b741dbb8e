/// `java.text.SimpleDateFormat` in UTC and English: what TimestampConverter and TimestampRouter write times with and read them by.
struct SimpleDateFormat: Sendable {
  enum Item: Hashable, Sendable {
    case literal(String)
    /// A pattern letter, and how many of it stand side by side.
    case field(Character, Int)
  }

  let pattern: String
  let items: [Item]

  /// - Throws: `CaptureError` (configuration) for a letter that means nothing, or a quote that is not closed.
  init(_ pattern: String) throws(CaptureError) {
    self.pattern = pattern
    var items: [Item] = []
    func literal(_ character: Character) {
      if case .literal(let text)? = items.last {
        items[items.count - 1] = .literal(text + String(character))
      } else {
        items.append(.literal(String(character)))
      }
    }
    let characters = Array(pattern)
    var i = 0
    while i < characters.count {
      let character = characters[i]
      if character == "'" {
        if i + 1 < characters.count, characters[i + 1] == "'" {
          literal("'")
          i += 2
          continue
        }
        i += 1
        while true {
          guard i < characters.count else { throw .configuration("the quote in the pattern is not closed") }
          if characters[i] == "'" {
            guard i + 1 < characters.count, characters[i + 1] == "'" else { break }
            i += 1
          }
          literal(characters[i])
          i += 1
        }
        i += 1
        continue
      }
      guard character.isASCII, character.isLetter else {
        literal(character)
        i += 1
        continue
      }
      guard "GyYMLwWDdFEuaHkKhmsSzZX".contains(character) else {
        throw .configuration("the letter \"\(character)\" means nothing in a pattern of java.text.SimpleDateFormat; expected it in quotes")
      }
      var count = 1
      while i + count < characters.count, characters[i + count] == character { count += 1 }
      guard character != "X" || count <= 3 else { throw .configuration("expected at most three X in the pattern") }
      items.append(.field(character, count))
      i += count
    }
    self.items = items
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  /// The text of a moment, milliseconds since 1970.
  func string(_ milliseconds: Int64) -> String {
    let (days, time) = JavaCalendar.floorDivide(milliseconds, LogicalType.millisecondsPerDay)
    let date = JavaCalendar.date(days: days)
    var out = ""
    for item in items {
      switch item {
      case .literal(let text): out += text
      case .field(let letter, let count): out += Self.text(letter, count, date, days: days, time: time)
      }
    }
    return out
  }

  private static func text(_ letter: Character, _ count: Int, _ date: JavaCalendar.Date, days: Int64, time: Int64) -> String {
    let hour = time / 3_600_000
    let weekday = JavaCalendar.weekday(days: days)
    func year(_ year: Int64) -> String {
      let shown = year > 0 ? year : 1 - year
      return count == 2 ? padded(shown % 100, 2) : padded(shown, count)
    }
    switch letter {
    case "G": return date.year > 0 ? "AD" : "BC"
    case "y": return year(date.year)
    case "Y": return year(JavaCalendar.weekOfYear(days: days).year)
    case "M", "L": return count < 3 ? padded(date.month, count) : name(months[Int(date.month) - 1], count)
    case "w": return padded(JavaCalendar.weekOfYear(days: days).week, count)
    case "W": return padded(JavaCalendar.week(of: days, since: days - date.day + 1), count)
    case "D": return padded(days - JavaCalendar.firstDay(ofYear: date.year) + 1, count)
    case "d": return padded(date.day, count)
    case "F": return padded((date.day - 1) / 7 + 1, count)
    case "E": return name(weekdays[Int(weekday) - 1], count)
    case "u": return padded(weekday == 1 ? 7 : weekday - 1, count)
    case "a": return hour < 12 ? "AM" : "PM"
    case "H": return padded(hour, count)
    case "k": return padded(hour == 0 ? 24 : hour, count)
    case "K": return padded(hour % 12, count)
    case "h": return padded(hour % 12 == 0 ? 12 : hour % 12, count)
    case "m": return padded(time / 60_000 % 60, count)
    case "s": return padded(time / 1000 % 60, count)
    case "S": return padded(time % 1000, count)
    case "z": return count < 4 ? "UTC" : "Coordinated Universal Time"
    case "Z": return "+0000"
    default: return "Z"
    }
  }

  private static func name(_ name: String, _ count: Int) -> String { count < 4 ? String(name.prefix(3)) : name }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
}
