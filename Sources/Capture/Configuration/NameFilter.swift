/// An include or exclude list of anchored regular expressions, matched without regard to case, as Debezium does.
struct NameFilter: Sendable {
  enum Rule: Sendable {
    case everything
    case including([NamePattern])
    case excluding([NamePattern])
  }

  var rule: Rule

  static let everything = NameFilter(rule: .everything)

  func accepts(_ name: String) -> Bool {
    switch rule {
    case .everything: true
    case .including(let patterns): patterns.contains { $0.matches(name) }
    case .excluding(let patterns): !patterns.contains { $0.matches(name) }
    }
  }

  /// Splits a list at commas; `\,` stands for a comma inside an expression.
  static func split(_ list: String, separator: Character = ",") -> [String] {
    var parts: [String] = [""]
    var escaped = false
    for character in list {
      if escaped {
        if character != separator { parts[parts.count - 1].append("\\") }
        parts[parts.count - 1].append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == separator {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    if escaped { parts[parts.count - 1].append("\\") }
    return parts.map { $0.trimmingSpace() }.filter { !$0.isEmpty }
  }
}

extension String {
  func trimmingSpace() -> String {
    var slice = Substring(self)
    while let first = slice.first, first.isWhitespace { slice.removeFirst() }
    while let last = slice.last, last.isWhitespace { slice.removeLast() }
    return String(slice)
  }
}
