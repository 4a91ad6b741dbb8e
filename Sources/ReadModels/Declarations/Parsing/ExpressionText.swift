/// Whether a text can stand in parentheses as one SQL expression. What it means is PostgreSQL's to say.
enum ExpressionText {
  /// What is wrong, a phrase; nil if nothing is.
  ///
  /// Parentheses must be closed in order and texts be ended, so that nothing outside of the expression is read differently because of it.
  static func flaw(of text: String) -> String? {
    let bytes = Array(text.utf8)
    var open: [UInt8] = []
    var place = 0
    func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }
    while let current = byte(place) {
      let next = byte(place + 1)
      switch current {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let escapes = current == UInt8(ascii: "'") && isEscapeString(bytes, at: place)
        guard let end = end(ofQuoted: bytes, from: place, escapes: escapes) else { return "a quote is opened and not closed" }
        if bytes[place..<end].contains(UInt8(ascii: "$")), hasParameter(bytes[place..<end]) { return parameterFlaw }
        place = end
        continue
      case UInt8(ascii: "("), UInt8(ascii: "["): open.append(current)
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        let wanted = current == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "[")
        guard open.popLast() == wanted else { return "a parenthesis is closed that was not opened" }
      case UInt8(ascii: ";"): return "expected one SQL expression, found a semicolon"
      case UInt8(ascii: "$"): return "expected an SQL expression without parameters and dollar quotes"
      case UInt8(ascii: "-") where next == current, UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        return "expected an SQL expression without comments"
      default: break
      }
      place += 1
    }
    return open.isEmpty ? nil : "a parenthesis is opened and not closed"
  }

  private static let parameterFlaw = "a text with $ before a digit cannot be used; write chr(36) || '1'"

  private static func hasParameter(_ text: ArraySlice<UInt8>) -> Bool {
    text.indices.dropLast().contains { text[$0] == UInt8(ascii: "$") && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[$0 + 1]) }
  }

  /// `E'…'`: backslashes escape in it.
  private static func isEscapeString(_ bytes: [UInt8], at quote: Int) -> Bool {
    guard quote > 0, bytes[quote - 1] | 0x20 == UInt8(ascii: "e") else { return false }
    guard quote > 1 else { return true }
    let before = bytes[quote - 2]
    let isWord = before == UInt8(ascii: "_") || before >= 0x80 || (48...57).contains(before) || (97...122).contains(before | 0x20)
    return !isWord
  }

  /// The place after the closing quote.
  private static func end(ofQuoted bytes: [UInt8], from start: Int, escapes: Bool) -> Int? {
    let quote = bytes[start]
    var place = start + 1
    while place < bytes.count {
      if escapes, bytes[place] == UInt8(ascii: "\\") {
        place += 2
      } else if bytes[place] != quote {
        place += 1
      } else if place + 1 < bytes.count, bytes[place + 1] == quote {
        place += 2
      } else {
        return place + 1
      }
    }
    return nil
  }
}
