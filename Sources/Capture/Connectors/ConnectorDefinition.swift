/// A connector as it was asked for: what a restart of the process needs to have it again.
public struct ConnectorDefinition: Sendable, Hashable {
  /// Who says what its configuration is.
  public enum Origin: Sendable, Hashable {
    /// A file of the command line or of `capture.connectors`: read again at each start.
    case file(String)
    /// The REST API.
    case rest
  }

  /// The connector's name.
  public var name: String
  /// The configuration as it was given: references to secrets are not resolved.
  public var settings: [String: String]
  /// What it should do.
  public var target: ConnectorTarget
  /// Who says so.
  public var origin: Origin

  /// See the properties.
  public init(name: String, settings: [String: String], target: ConnectorTarget = .started, origin: Origin = .rest) {
    self.name = name
    self.settings = settings
    self.target = target
    self.origin = origin
  }

  /// The connector that a file describes.
  public init(_ file: ConnectorFile) {
    self.init(name: file.name, settings: file.settings, origin: .file(file.origin))
  }

  /// For messages: the file's path, or the connector's name.
  var place: String { if case .file(let path) = origin { path } else { "connector \(name)" } }

  var document: JSONDocument {
    var members: [JSONDocument.Member] = [
      .init(name: "name", value: .string(name)),
      .init(name: "config", value: .object(settings.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) })),
      .init(name: "target_state", value: .string(target.rawValue)),
    ]
    if case .file(let path) = origin { members.append(.init(name: "file", value: .string(path))) }
    return .object(members)
  }

  /// Nil if this is no definition.
  init?(_ document: JSONDocument) {
    guard let name = document["name"]?.string, !name.isEmpty, case .object(let config) = document["config"] ?? .null,
      let target = document["target_state"]?.string.flatMap(ConnectorTarget.init(rawValue:))
    else { return nil }
    var settings: [String: String] = [:]
    for member in config {
      guard let value = member.value.string else { return nil }
      settings[member.name] = value
    }
    self.init(
      name: name, settings: settings, target: target, origin: document["file"]?.string.map { .file($0) } ?? .rest)
  }
}
