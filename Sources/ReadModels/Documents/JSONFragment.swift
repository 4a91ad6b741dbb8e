/// Small JSON texts for containment filters.
enum JSONFragment {
  /// The value inside objects, one per path element; the element `[]` stands for an array.
  static func nested(_ path: [String], _ value: DocumentValue) -> String {
    var text = scalar(value)
    for element in path.reversed() {
      text = element == "[]" ? "[\(text)]" : "{\(string(element)):\(text)}"
    }
    return text
  }

  static func scalar(_ value: DocumentValue) -> String {
    switch value {
    case .string(let text): string(text)
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    }
  }

  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
