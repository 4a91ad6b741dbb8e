/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
  /// For people: time, level, message, `key=value`; colours on a terminal.
  case text
  /// For collectors: one JSON object a line.
  case json
}
