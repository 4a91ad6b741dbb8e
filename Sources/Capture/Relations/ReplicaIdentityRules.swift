internal import Postgres

/// `replica.identity.autoset.values`: `<schema>.<table>:FULL,<schema>.<table>:INDEX <index>,…`, tables as regular expressions.
struct ReplicaIdentityRules: Sendable {
  enum Identity: Sendable, Hashable {
    case `default`, full, nothing
    case index(String)
  }

  struct Rule: Sendable {
    var table: NamePattern
    var identity: Identity
  }

  let rules: [Rule]

  /// - Throws: `CaptureError` (configuration).
  init(_ reader: SettingsReader) throws(CaptureError) {
    let key = "replica.identity.autoset.values"
    var rules: [Rule] = []
    for entry in (reader.text(key) ?? "").split(separator: ",") where !String(entry).trimmingSpace().isEmpty {
      let entry = String(entry).trimmingSpace()
      guard let colon = entry.lastIndex(of: ":"), colon != entry.startIndex,
        let identity = Self.identity(entry[entry.index(after: colon)...])
      else {
        throw reader.error(key, entry, "expected <schema>.<table>:DEFAULT, :FULL, :NOTHING or :INDEX <name>, separated by commas")
      }
      rules.append(Rule(table: try reader.pattern(String(entry[..<colon]), key: key), identity: identity))
    }
    self.rules = rules
  }

  private static func identity(_ text: Substring) -> Identity? {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    switch (words.first?.uppercased(), words.count) {
    case ("DEFAULT", 1): return .default
    case ("FULL", 1): return .full
    case ("NOTHING", 1): return .nothing
    case ("INDEX", 2): return .index(words[1])
    default: return nil
    }
  }

  /// What a table's identity is to be; nil leaves it.
  ///
  /// - Throws: `CaptureError` (configuration) if several entries match, which Debezium refuses, too.
  func identity(of table: String) throws(CaptureError) -> Identity? {
    let matching = rules.filter { $0.table.matches(table) }
    guard matching.count < 2 else {
      throw .configuration(
        "key \"replica.identity.autoset.values\": more than one entry matches \(table): "
          + matching.map(\.table.source).joined(separator: ", "))
    }
    return matching.first?.identity
  }
}
