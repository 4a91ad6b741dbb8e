/// The options of one alias, checked against what its class knows, with defaults.
struct TransformOptions: Sendable {
  let origin: String
  /// `transforms.<alias>.`
  let prefix: String
  /// The class's name without its package, such as `Cast$Value`.
  let type: String
  private let known: [TransformOption]
  private let values: [String: String]

  /// - Parameter trims: whether space around values is no part of them, as with all of Kafka's classes.
  /// - Throws: `CaptureError` (configuration) for an option that the class does not have, that is missing, or whose value does not do.
  init(
    _ reader: SettingsReader, prefix: String, type: String, known: [TransformOption], common: Set<String>, trims: Bool = true
  ) throws(CaptureError) {
    origin = reader.origin
    self.prefix = prefix
    self.type = type
    self.known = known
    var values: [String: String] = [:]
    for key in reader.settings.keys.sorted() where key.hasPrefix(prefix) {
      let name = String(key.dropFirst(prefix.count))
      guard !common.contains(name) else { continue }
      guard let option = known.first(where: { $0.name == name }) else {
        let names = known.map(\.name).sorted()
        throw .configuration(
          "\(reader.origin): key \"\(key)\" is not known; "
            + (names.isEmpty ? "\(type) has no options" : "expected one of \(names.joined(separator: ", ")) for \(type)"))
      }
      let raw = reader.settings[key] ?? ""
      let value = trims ? raw.trimmingSpace() : raw
      if let complaint = option.complaint(about: value), !(value.isEmpty && !option.isRequired) {
        throw reader.error(key, value, complaint)
      }
      values[name] = value
    }
    for option in known where option.isRequired && values[option.name] == nil {
      throw .configuration("\(reader.origin): key \"\(prefix)\(option.name)\" is missing; \(type) needs it")
    }
    self.values = values
  }

  /// Whether the file sets the option.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The option's value or default; nil if there is neither.
  func text(_ name: String) -> String? { values[name] ?? known.first { $0.name == name }?.fallback }

  /// The same, with an empty value standing for none.
  func filled(_ name: String) -> String? { text(name).flatMap { $0.isEmpty ? nil : $0 } }

  func flag(_ name: String) -> Bool {
    let value = values[name].flatMap { $0.isEmpty ? nil : $0 } ?? known.first { $0.name == name }?.fallback
    return value?.trimmingSpace().lowercased() == "true"
  }

  /// A list's elements, each once.
  func list(_ name: String) -> [String] {
    var seen: Set<String> = []
    return Self.split(text(name) ?? "").filter { seen.insert($0).inserted }
  }

  func integer(_ name: String) -> Int32? { text(name).flatMap { Int32($0.trimmingSpace()) } }

  func pattern(_ name: String) throws(CaptureError) -> NamePattern {
    let text = text(name) ?? ""
    do { return try NamePattern(text) } catch { throw self.error(name, error.expectation) }
  }

  /// One of an enumeration's values, in any case.
  func choice<T: RawRepresentable>(_ name: String, _: T.Type) throws(CaptureError) -> T where T.RawValue == String {
    guard let value = filled(name).flatMap({ T(rawValue: $0.trimmingSpace().lowercased()) }) else {
      throw error(name, "this value is not known")
    }
    return value
  }

  /// An error about an option's value.
  func error(_ name: String, _ expected: String) -> CaptureError {
    .configuration("\(origin): key \"\(prefix)\(name)\" has the value \(JSONDocument.quoted(text(name) ?? "")): \(expected)")
  }

  /// An error about the options together.
  func error(_ reason: String) -> CaptureError { .configuration("\(origin): \"\(prefix)*\" (\(type)): \(reason)") }

  /// Kafka's list: separated by commas with or without space around them.
  static func split(_ list: String) -> [String] {
    let list = list.trimmingSpace()
    guard !list.isEmpty else { return [] }
    return list.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
  }
}
