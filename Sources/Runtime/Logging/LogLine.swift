import Logging

/// A log event as one line of text, without its line break.
enum LogLine {
  static func text(time: String, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata, isColored: Bool) -> String
  {
    let reset = isColored ? "\u{1B}[0m" : ""
    let dim = isColored ? "\u{1B}[2m" : ""
    let color = isColored ? self.color(level) : ""
    let name = level.rawValue.uppercased()
    let padding = String(repeating: " ", count: max(0, 8 - name.count))
    var line = "\(dim)\(time)\(reset) \(color)\(name)\(reset)\(padding) \(dim)\(label)\(reset) \(oneLine(message))"
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      let text = value.description
      line += " \(dim)\(oneLine(key))=\(reset)\(needsQuotes(text) ? JSONText.quoted(text) : text)"
    }
    return line
  }

  static func json(time: String, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) -> String {
    var line =
      "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"logger\":\(JSONText.quoted(label)),\"message\":\(JSONText.quoted(message))"
    if !metadata.isEmpty { line += ",\"metadata\":" + json(.dictionary(metadata)) }
    return line + "}"
  }

  private static func json(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): JSONText.quoted(text)
    case .stringConvertible(let value): JSONText.quoted(value.description)
    case .array(let items): "[" + items.map(json).joined(separator: ",") + "]"
    case .dictionary(let entries):
      "{" + entries.sorted { $0.key < $1.key }.map { JSONText.quoted($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
    }
  }

  /// A message with a line break in it, or an escape that drives the terminal, must not pass for another line.
  private static func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
    return String(JSONText.quoted(text).dropFirst().dropLast())
  }

  private static func needsQuotes(_ text: String) -> Bool {
    text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }
  }

  private static func color(_ level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "\u{1B}[2m"
    case .info: "\u{1B}[32m"
    case .notice: "\u{1B}[36m"
    case .warning: "\u{1B}[33m"
    case .error, .critical: "\u{1B}[1;31m"
    }
  }
}
