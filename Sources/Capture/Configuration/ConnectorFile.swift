internal import Foundation

/// A connector file: Debezium's JSON `{"name": …, "config": {…}}` as it is POSTed to Kafka Connect.
public struct ConnectorFile: Hashable, Sendable {
  /// The connector's name.
  public var name: String
  /// Its configuration as text, as Kafka Connect keeps it.
  public var settings: [String: String]
  /// Where it came from, for messages.
  public var origin: String

  /// Describes a connector without a file.
  public init(name: String, settings: [String: String], origin: String = "connector") {
    self.name = name
    self.settings = settings
    self.origin = origin
  }

  /// Reads a file.
  ///
  /// - Throws: `CaptureError` (configuration) with the file's name and line.
  public init(path: String) throws(CaptureError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .configuration("\(path): the connector file cannot be read")
    }
    try self.init(parsing: data, origin: path)
  }

  /// Parses a file's content.
  public init(parsing bytes: some Sequence<UInt8>, origin: String) throws(CaptureError) {
    let document: JSONDocument
    do { document = try JSONDocument(parsing: bytes) } catch {
      throw .configuration("\(origin):\(error.line):\(error.column): not JSON: \(error.reason)")
    }
    guard case .object(let members) = document else {
      throw .configuration("\(origin): expected an object {\"name\", \"config\"}, found \(document.kind)")
    }
    for member in members where member.name != "name" && member.name != "config" {
      throw .configuration("\(origin): key \"\(member.name)\" is not known; expected \"name\" and \"config\"")
    }
    guard let config = document["config"], case .object(let entries) = config else {
      throw .configuration("\(origin): key \"config\" is missing or no object; expected {\"name\", \"config\"}")
    }
    var settings: [String: String] = [:]
    for entry in entries {
      switch entry.value {
      case .string(let text): settings[entry.name] = text
      case .number(let text): settings[entry.name] = text
      case .bool(let value): settings[entry.name] = value ? "true" : "false"
      case .null: continue
      case .array, .object:
        throw .configuration("\(origin): key \"\(entry.name)\" is \(entry.value.kind); expected a string, a number or a boolean")
      }
    }
    guard let name = document["name"]?.string ?? settings["name"], !name.isEmpty else {
      throw .configuration("\(origin): key \"name\" is missing; expected the connector's name")
    }
    if let inner = settings["name"], inner != name {
      throw .configuration("\(origin): key \"name\" is \"\(name)\" outside and \"\(inner)\" inside \"config\"")
    }
    self.init(name: name, settings: settings, origin: origin)
  }

  /// Applies `key=value` overrides (`--set`); an empty value after the sign removes nothing, it sets an empty value.
  public mutating func apply(overrides: [String]) throws(CaptureError) {
    for override in overrides {
      guard let sign = override.firstIndex(of: "="), sign != override.startIndex else {
        throw .configuration("--set \(ConnectorKey.shown(override, of: override)): expected key=value")
      }
      settings[String(override[..<sign]).trimmingSpace()] = String(override[override.index(after: sign)...])
    }
  }
}
