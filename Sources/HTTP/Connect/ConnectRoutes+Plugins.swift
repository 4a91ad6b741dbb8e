import Capture
import Hummingbird

/// `/connector-plugins`: what can be configured, and whether a configuration is right.
extension ConnectRoutes {
  func addPlugins(to table: HTTPRouteTable) {
    on(.get, "/connector-plugins", table) {
      ConnectAnswer.json(worker.plugins(connectorsOnly: try $0.flag("connectorsOnly", default: true)))
    }
    on(.get, "/connector-plugins/{class}/config", table) { ConnectAnswer.json(try worker.pluginKeys($0.parameter("class"))) }
    on(.put, "/connector-plugins/{class}/config/validate", table) { request in
      let settings = try ConnectRequest.complete(await request.settings())
      return ConnectAnswer.json(try await worker.validate(plugin: try request.parameter("class"), settings: settings))
    }
  }
}
