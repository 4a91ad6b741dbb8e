/// A configuration looked at key by key, as `PUT /connector-plugins/{class}/config/validate` answers it.
struct ConnectorValidation: Sendable {
  /// What is wrong, by key.
  private(set) var errors: [String: [String]] = [:]
  /// The configuration, where nothing is wrong.
  private(set) var configuration: ConnectorConfiguration?
  let settings: [String: String]

  /// Keys without which there is no connector.
  static let required = ["name", "connector.class", "topic.prefix", "database.hostname", "database.user", "database.dbname"]

  init(_ settings: [String: String], environment: [String: String]) {
    self.settings = settings
    for key in Self.required where settings[key]?.isEmpty ?? true {
      add(key, "Missing required configuration \"\(key)\" which has no default value.")
    }
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      do { _ = try ConnectorConfiguration.resolve(Self.file([key: value]), environment: environment) } catch {
        add(key, Self.text(SecretReference.redacted(error, settings: [key: value], environment: environment)))
      }
    }
    guard errors.isEmpty else { return }
    do { configuration = try ConnectorConfiguration(Self.file(settings), environment: environment) } catch {
      let text = Self.text(error)
      add(Self.key(in: text) ?? "name", text)
    }
  }

  /// One line an error, in the order of their keys.
  var messages: [String] { errors.sorted { $0.key < $1.key }.flatMap(\.value) }
  var errorCount: Int { errors.values.reduce(0) { $0 + $1.count } }

  mutating func add(_ key: String, _ message: String) { errors[key, default: []].append(message) }

  private static let origin = "connector"

  private static func file(_ settings: [String: String]) -> ConnectorFile {
    ConnectorFile(name: settings["name"] ?? "", settings: settings, origin: origin)
  }

  private static func text(_ error: CaptureError) -> String {
    let text = error.description
    return text.hasPrefix("\(origin): ") ? String(text.dropFirst(origin.count + 2)) : text
  }

  /// `key "slot.name" has …` names the key first.
  private static func key(in text: String) -> String? {
    let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].hasSuffix("key ") || parts[0].hasSuffix("keys ") else { return nil }
    return String(parts[1])
  }
}
