/// What `GET /connector-plugins` lists.
enum ConnectorPlugins {
  struct Plugin: Sendable {
    var name: String
    /// source, transformation, predicate, converter or header_converter.
    var type: String
  }

  static let version = CaptureOptions().version

  static let all: [Plugin] =
    [Plugin(name: ConnectorKeys.connectorClass, type: "source")]
    + ConnectorTransformClasses.transforms.map { Plugin(name: $0, type: "transformation") }
    + ConnectorTransformClasses.predicates.map { Plugin(name: $0, type: "predicate") }
    + [ConnectorKeys.jsonConverter, ConnectorKeys.stringConverter].map { Plugin(name: $0, type: "converter") }
    + [ConnectorKeys.jsonConverter, ConnectorKeys.stringConverter, ConnectorKeys.simpleHeaderConverter].map {
      Plugin(name: $0, type: "header_converter")
    }

  static func document(connectorsOnly: Bool) -> JSONDocument {
    .array(
      all.filter { !connectorsOnly || $0.type == "source" }.map { plugin in
        .object([
          .init(name: "class", value: .string(plugin.name)), .init(name: "type", value: .string(plugin.type)),
          .init(name: "version", value: .string(version)),
        ])
      })
  }

  /// Whether a name stands for the connector: its class, the class without its package, or that without `Connector`.
  static func isConnector(_ name: String) -> Bool {
    let alias = ConnectorKeys.connectorClass.split(separator: ".").last.map(String.init) ?? ""
    return name == ConnectorKeys.connectorClass || name == alias || name + "Connector" == alias
  }

  /// The definitions of the connector's keys.
  static var keys: JSONDocument {
    .array(
      ConnectorKeys.sections.flatMap { section in
        section.keys.enumerated().map { $1.definition(group: section.name, order: $0 + 1) }
      })
  }
}
