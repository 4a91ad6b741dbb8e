import Foundation

/// Reads a configuration from a file, the environment and flags, strictly: all problems are found and reported together.
public struct ConfigurationLoader: Sendable {
  /// The file looked for in the working directory when none is named.
  public static let defaultFile = "sluice.yaml"
  /// The environment variable that names the file.
  public static let fileVariable = "SLUICE_CONFIG"

  private let declarations: [any ConfigurationDeclaration]
  private let names: KeyNames
  private var values: [String: (value: any Sendable, origin: ConfigurationOrigin)] = [:]
  private var problems: [ConfigurationProblem] = []

  private init(declarations: [any ConfigurationDeclaration]) {
    self.declarations = declarations
    self.names = KeyNames(declarations: declarations)
  }

  /// Loads and checks a configuration.
  /// - Parameters:
  ///   - file: the path given by the user, who wants an error when it is missing; nil looks at `SLUICE_CONFIG`, then for
  ///     `sluice.yaml` in the working directory, and is content with none.
  ///   - environment: usually `ProcessInfo.processInfo.environment`.
  ///   - overrides: the texts after `--set`, `key=value`; the last of one key wins.
  ///   - declarations: the keys that exist.
  /// - Throws: ``ConfigurationError`` with every problem.
  public static func load(
    file: String? = nil, environment: [String: String], overrides: [String] = [], declarations: [any ConfigurationDeclaration] = Keys.all
  ) throws(ConfigurationError) -> Configuration {
    var loader = ConfigurationLoader(declarations: declarations)
    let named = file ?? environment[fileVariable].flatMap { $0.isEmpty ? nil : $0 }
    var used: String?
    if let path = named ?? (FileManager.default.fileExists(atPath: defaultFile) ? defaultFile : nil) {
      used = path
      if let text = loader.contents(of: path) { loader.read(yaml: text, path: path) }
    }
    loader.read(environment: environment)
    loader.read(overrides: overrides)
    let configuration = Configuration(file: used, declarations: declarations, values: loader.values)
    // Cross-checks compare values that could be read; with broken ones among them they would only repeat the story.
    if loader.problems.isEmpty { loader.problems = ConfigurationRules.problems(in: configuration) }
    guard loader.problems.isEmpty else { throw ConfigurationError(problems: loader.problems) }
    return configuration
  }

  private mutating func contents(of path: String) -> String? {
    do {
      return try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      problems.append(
        ConfigurationProblem(
          key: "", reason: exists ? "the configuration file cannot be read as UTF-8 text" : "the configuration file does not exist",
          origin: .file(path: path, line: 1)))
      return nil
    }
  }

  private mutating func read(yaml text: String, path: String) {
    let document = ConfigurationDocument(yaml: text, path: path, names: names)
    problems += document.problems
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    for entry in document.entries {
      guard let declaration = names.declaration(entry.key) else {
        unknown(entry.key, value: entry.value.text, origin: entry.origin)
        continue
      }
      if declaration.isSecret {
        problems.append(
          ConfigurationProblem(
            key: entry.key,
            reason: "secrets do not stand in the configuration file; use \(entry.key)_file or \(declaration.environmentName)",
            origin: entry.origin))
        continue
      }
      set(
        declaration, declaration.isPath ? Self.resolved(entry.value, in: folder, isList: declaration.takesList) : entry.value,
        origin: entry.origin)
    }
  }

  private mutating func read(environment: [String: String]) {
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("SLUICE_") {
      let origin = ConfigurationOrigin.environment(name: name)
      guard let declaration = names.declaration(variable: name) else {
        if KeyNames.isForeign(variable: name) { continue }
        problems.append(
          ConfigurationProblem(
            key: "", reason: "there is no such setting", origin: origin, suggestion: names.nearest(toVariable: name)))
        continue
      }
      set(declaration, .scalar(value), origin: origin)
    }
  }

  private mutating func read(overrides: [String]) {
    for text in overrides {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        problems.append(ConfigurationProblem(key: "", value: text, reason: "expected key=value", origin: .flag))
        continue
      }
      let key = String(text[..<equals])
      let value = String(text[text.index(after: equals)...])
      if let (declaration, inner) = names.mapping(holding: key) {
        var map = values[declaration.name]?.value as? [String: String] ?? [:]
        map[inner] = value
        values[declaration.name] = (map, .flag)
      } else if let declaration = names.declaration(key) {
        if declaration.isSecret {
          problems.append(
            ConfigurationProblem(
              key: key, reason: "a flag is visible in the list of processes; use \(key)_file or \(declaration.environmentName)",
              origin: .flag))
        } else {
          set(declaration, .scalar(value), origin: .flag)
        }
      } else {
        unknown(key, value: value, origin: .flag)
      }
    }
  }

  private mutating func set(_ declaration: any ConfigurationDeclaration, _ raw: RawConfigurationValue, origin: ConfigurationOrigin) {
    if let value = declaration.value(of: raw) {
      values[declaration.name] = (value, origin)
    } else {
      problems.append(
        ConfigurationProblem(
          key: declaration.name, value: declaration.isSecret ? nil : raw.text, reason: "expected \(declaration.expected)", origin: origin))
    }
  }

  private mutating func unknown(_ key: String, value: String, origin: ConfigurationOrigin) {
    // The value of a misspelled `password` must not be shown either.
    let shown = key.contains("pass") || key.contains("secret") || key.contains("token") || value.contains("://") ? nil : value
    problems.append(
      ConfigurationProblem(key: key, value: shown, reason: "there is no such key", origin: origin, suggestion: names.nearest(to: key)))
  }

  /// Relative paths of a file are relative to the file, so that `sluice --config /etc/sluice/sluice.yaml` works from anywhere.
  private static func resolved(
    _ raw: RawConfigurationValue, in folder: String, isList: Bool
  ) -> RawConfigurationValue {
    let resolve = { (path: String) -> String in
      path.hasPrefix("/") || path.isEmpty || folder.isEmpty || folder == "." ? path : folder + "/" + path
    }
    switch raw {
    case .scalar(let path): return isList ? .list(path.split(separator: ",").map { resolve(trimmed($0)) }) : .scalar(resolve(path))
    case .list(let paths): return .list(paths.map(resolve))
    case .map: return raw
    }
  }
}
