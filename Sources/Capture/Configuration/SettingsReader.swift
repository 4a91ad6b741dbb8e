/// Reads checked settings with Debezium's defaults; an empty value counts as absent where the key has no default.
struct SettingsReader {
  let origin: String
  let settings: [String: String]
  /// Of the expressions that it reads.
  let patternWatch = PatternWatch()

  func error(_ key: String, _ value: String, _ expected: String) -> CaptureError {
    .configuration("\(origin): key \"\(key)\" has the value \(ConnectorKey.shown(value, of: key)): \(expected)")
  }

  func text(_ key: String) -> String? {
    guard let value = settings[key] ?? ConnectorKeys.all[key]?.fallback, !value.isEmpty else { return nil }
    return value
  }

  func required(_ key: String) throws(CaptureError) -> String {
    guard let value = text(key) else { throw .configuration("\(origin): key \"\(key)\" is missing") }
    return value
  }

  func flag(_ key: String) -> Bool { (settings[key] ?? ConnectorKeys.all[key]?.fallback)?.lowercased() == "true" }

  func number(_ key: String) -> Int64 {
    settings[key].flatMap { Int64($0) } ?? ConnectorKeys.all[key]?.fallback.flatMap { Int64($0) } ?? 0
  }

  func milliseconds(_ key: String) -> Duration { .milliseconds(number(key)) }

  func choice<T: RawRepresentable>(_ key: String, _: T.Type) throws(CaptureError) -> T where T.RawValue == String {
    let value = (settings[key] ?? ConnectorKeys.all[key]?.fallback ?? "").lowercased()
    guard let parsed = T(rawValue: value) else { throw error(key, value, "this value is not known") }
    return parsed
  }

  func patterns(_ key: String) throws(CaptureError) -> [NamePattern]? {
    guard let list = text(key) else { return nil }
    var patterns: [NamePattern] = []
    for part in NameFilter.split(list) { patterns.append(try pattern(part, key: key)) }
    return patterns
  }

  func pattern(_ text: String, key: String, caseInsensitive: Bool = true) throws(CaptureError) -> NamePattern {
    do { return try NamePattern(text, caseInsensitive: caseInsensitive, watch: patternWatch) } catch {
      throw self.error(key, text, error.expectation)
    }
  }

  /// An include and an exclude list, of which one may be given.
  func filter(include: String, exclude: String) throws(CaptureError) -> NameFilter {
    let included = try patterns(include)
    let excluded = try patterns(exclude)
    switch (included, excluded) {
    case (.some, .some): throw .configuration("\(origin): keys \"\(include)\" and \"\(exclude)\" are both set; expected one of them")
    case (.some(let patterns), nil): return NameFilter(rule: .including(patterns))
    case (nil, .some(let patterns)): return NameFilter(rule: .excluding(patterns))
    case (nil, nil): return .everything
    }
  }
}
