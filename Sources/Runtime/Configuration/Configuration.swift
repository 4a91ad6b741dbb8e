/// The configuration of one process: every declared key has a value that was checked when it was loaded.
///
/// Precedence: a `--set` flag, then the environment variable, then the file, then the default.
public struct Configuration: Sendable {
  /// The file that was read; nil when there was none.
  public let file: String?
  let declarations: [any ConfigurationDeclaration]
  private var values: [String: (value: any Sendable, origin: ConfigurationOrigin)] = [:]

  /// A configuration in which nothing is set: every key has its default.
  public init(declarations: [any ConfigurationDeclaration] = Keys.all) {
    self.file = nil
    self.declarations = declarations
  }

  init(file: String?, declarations: [any ConfigurationDeclaration], values: [String: (value: any Sendable, origin: ConfigurationOrigin)]) {
    self.file = file
    self.declarations = declarations
    self.values = values
  }

  /// The key's value, its default when nobody set it. Setting it is for tests and for daemons that run inside `sluice up`.
  public subscript<Value>(_ key: ConfigurationKey<Value>) -> Value {
    get { (values[key.name]?.value as? Value) ?? key.defaultValue }
    set { values[key.name] = (newValue, .flag) }
  }

  /// Where the key's value came from.
  public func origin<Value>(of key: ConfigurationKey<Value>) -> ConfigurationOrigin { values[key.name]?.origin ?? .byDefault }

  /// The value of a key that may be left unset but is needed here.
  /// - Throws: ``ConfigurationError`` that says how to set it.
  public func require<Value>(_ key: ConfigurationKey<Value?>, because reason: String) throws(ConfigurationError) -> Value {
    if let value = self[key] { return value }
    throw ConfigurationError(
      ConfigurationProblem(
        key: key.name, reason: "is not set but needed \(reason); expected \(key.expected), in the file, as \(key.environmentName) or --set",
        origin: origin(of: key)))
  }

  /// Every key with its value as text and where it came from, in the order of the table; secrets as `***`.
  public var entries: [(key: String, value: String, origin: ConfigurationOrigin)] {
    declarations.map { declaration in
      guard let set = values[declaration.name] else { return (declaration.name, declaration.defaultText, .byDefault) }
      return (declaration.name, declaration.text(of: set.value), set.origin)
    }
  }

  /// A problem of this key, with its value and where it was set. For checks that daemons do themselves.
  public func problem<Value>(_ key: ConfigurationKey<Value>, _ reason: String) -> ConfigurationProblem {
    let text = key.isSecret ? nil : key.kind.write(self[key])
    return ConfigurationProblem(key: key.name, value: text, reason: reason, origin: origin(of: key))
  }
}
