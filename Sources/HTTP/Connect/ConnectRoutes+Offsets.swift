import Capture
import Hummingbird

/// `/connectors/{name}/offsets` (KIP-875).
extension ConnectRoutes {
  func addOffsets(to table: HTTPRouteTable) {
    on(.get, "/connectors/{name}/offsets", table) { ConnectAnswer.json(try await worker.offsets($0.parameter("name"))) }
    on(.patch, "/connectors/{name}/offsets", table) { request in
      try await worker.alterOffsets(try request.parameter("name"), try await request.body())
      return Self.message("The offsets for this connector have been altered successfully")
    }
    on(.delete, "/connectors/{name}/offsets", table) {
      try await worker.resetOffsets($0.parameter("name"))
      return Self.message("The offsets for this connector have been reset successfully")
    }
  }

  private static func message(_ text: String) -> Response {
    ConnectAnswer.json(.object([.init(name: "message", value: .string(text))]))
  }
}
