extension ConnectorWorker {
  /// `GET /connector-plugins`.
  package nonisolated func plugins(connectorsOnly: Bool) -> JSONDocument { ConnectorPlugins.document(connectorsOnly: connectorsOnly) }

  /// `GET /connector-plugins/{class}/config`.
  package nonisolated func pluginKeys(_ plugin: String) throws(ConnectorRequestError) -> JSONDocument {
    if ConnectorPlugins.isConnector(plugin) { return ConnectorPlugins.keys }
    guard ConnectorPlugins.all.contains(where: { $0.name == plugin }) else {
      throw ConnectorRequestError(.notFound, "Unknown plugin \(plugin).")
    }
    return .array([])
  }

  /// `PUT /connector-plugins/{class}/config/validate`. A connector that is there keeps the secrets that are masked.
  package func validate(plugin: String, settings: [String: String]) throws(ConnectorRequestError) -> JSONDocument {
    guard let type = settings["connector.class"] else {
      throw ConnectorRequestError(.invalid, "Connector config contains no connector type: connector.class is missing")
    }
    guard ConnectorPlugins.isConnector(type) else {
      throw ConnectorRequestError(
        .invalid,
        "Failed to find any class that implements Connector and which name matches \(type.prefix(200)): available is \(ConnectorKeys.connectorClass)"
      )
    }
    guard ConnectorPlugins.isConnector(plugin) else {
      throw ConnectorRequestError(.invalid, "Included connector type \(type) does not match request type \(plugin.prefix(200))")
    }
    let old = settings["name"].flatMap { entries[$0]?.definition.settings }
    var settings = try ConnectorSecrets.restored(settings, from: old)
    settings["connector.class"] = ConnectorKeys.connectorClass
    return ConnectorValidation(settings, environment: factory.environment).document
  }
}
