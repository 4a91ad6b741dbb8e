import Capture
import Foundation
import Hummingbird

/// `POST /connectors/{name}/signals`, which Kafka Connect does not have: Debezium's signals without a table or a topic for them.
///
/// The body is `{"id","type","data"}`; `data` is an object, or its text as a row of the signal table holds it. Without an `id` one is made.
extension ConnectRoutes {
  func addSignals(to table: HTTPRouteTable) {
    on(.post, "/connectors/{name}/signals", table) { request in
      let name = try request.parameter("name")
      let body = try await request.body()
      guard case .object(let members) = body, let type = body["type"]?.string else {
        throw ConnectorRequestError(.invalid, "expected a signal as {\"id\", \"type\", \"data\"}")
      }
      for member in members where !["id", "type", "data"].contains(member.name) {
        throw ConnectorRequestError(.invalid, "Unrecognized field \"\(member.name.prefix(200))\": expected id, type and data")
      }
      let id = body["id"]?.string ?? UUID().uuidString.lowercased()
      let data =
        switch body["data"] ?? .null {
        case .null: ""
        case .string(let text): text
        case let value: value.text
        }
      try await worker.send(CaptureSignal(id: id, type: type, data: data), to: name)
      return ConnectAnswer.json(.object([.init(name: "id", value: .string(id))]), status: .accepted)
    }
  }
}
