/// The names of the declared keys: look-up by key, by section and by environment variable, and the nearest to a misspelled one.
struct KeyNames: Sendable {
  private let byName: [String: any ConfigurationDeclaration]
  private let byVariable: [String: any ConfigurationDeclaration]
  private let sections: Set<String>
  private let mappings: [any ConfigurationDeclaration]

  init(declarations: [any ConfigurationDeclaration]) {
    byName = Dictionary(declarations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    byVariable = Dictionary(declarations.map { ($0.environmentName, $0) }, uniquingKeysWith: { first, _ in first })
    mappings = declarations.filter(\.takesMapping)
    var sections: Set<String> = []
    for declaration in declarations {
      var name = declaration.name[...]
      while let dot = name.lastIndex(of: ".") {
        name = name[..<dot]
        sections.insert(String(name))
      }
    }
    self.sections = sections
  }

  func declaration(_ key: String) -> (any ConfigurationDeclaration)? { byName[key] }

  func declaration(variable: String) -> (any ConfigurationDeclaration)? { byVariable[variable] }

  func isSection(_ key: String) -> Bool { sections.contains(key) }

  /// The mapping that owns `key`, and the name inside it: `kafka.extra.socket.timeout.ms`.
  func mapping(holding key: String) -> (declaration: any ConfigurationDeclaration, inner: String)? {
    for declaration in mappings where key.hasPrefix(declaration.name + ".") {
      let inner = String(key.dropFirst(declaration.name.count + 1))
      if !inner.isEmpty { return (declaration, inner) }
    }
    return nil
  }

  /// The declared key nearest to a misspelled one, when one is near: a few letters off, or right but for its section.
  func nearest(to key: String) -> String? {
    if let moved = byName.keys.sorted().first(where: { $0.hasSuffix("." + key) || key.hasSuffix("." + $0) }) { return moved }
    let last = key.split(separator: ".").last.map(String.init) ?? key
    return Self.nearest(to: key, among: byName.keys) ?? byName.keys.sorted().first { $0.hasSuffix("." + last) }
  }

  func nearest(toVariable name: String) -> String? { Self.nearest(to: name, among: byVariable.keys) }

  func nearestSection(to key: String) -> String? { Self.nearest(to: key, among: sections) }

  /// True for variables that begin like ours and are somebody else's: the tests', and those that Kubernetes sets in every
  /// container for a service named `sluice…` (`SLUICE_COMMAND_SERVICE_HOST`, `SLUICE_COMMAND_PORT_8080_TCP_ADDR`). Asked
  /// only about names that no key has.
  static func isForeign(variable name: String) -> Bool {
    name == ConfigurationLoader.fileVariable || name == SupervisedChild.environmentKey || name == "SLUICE_CRASH_POINT"
      || name.hasPrefix("SLUICE_TEST_") || name.hasSuffix("_SERVICE_HOST")
      || name.contains("_SERVICE_PORT") || name.hasSuffix("_PORT") || (name.contains("_PORT_") && name.contains("_TCP"))
  }

  private static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(2, name.count / 5)
    var best: (name: String, distance: Int)?
    for candidate in candidates.sorted() where abs(candidate.count - name.count) <= limit {
      let distance = EditDistance.between(name, candidate)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }
}
