import Capture
import Hummingbird

/// States of connectors and tasks, and requests to change them.
extension ConnectRoutes {
  func addStates(to table: HTTPRouteTable) {
    on(.get, "/connectors/{name}/status", table) { ConnectAnswer.json(Self.status(try await worker.status($0.parameter("name")))) }
    on(.put, "/connectors/{name}/pause", table) {
      try await worker.setTarget(.paused, of: $0.parameter("name"))
      return ConnectAnswer.empty(.accepted)
    }
    on(.put, "/connectors/{name}/resume", table) {
      try await worker.setTarget(.started, of: $0.parameter("name"))
      return ConnectAnswer.empty(.accepted)
    }
    on(.put, "/connectors/{name}/stop", table) {
      try await worker.setTarget(.stopped, of: $0.parameter("name"))
      return ConnectAnswer.empty(.noContent)
    }
    on(.post, "/connectors/{name}/restart", table) { request in
      let includesTasks = try request.flag("includeTasks")
      let onlyFailed = try request.flag("onlyFailed")
      let plan = try await worker.restart(try request.parameter("name"), includeTasks: includesTasks, onlyFailed: onlyFailed)
      return includesTasks || onlyFailed ? ConnectAnswer.json(Self.status(plan), status: .accepted) : ConnectAnswer.empty(.noContent)
    }
    on(.get, "/connectors/{name}/tasks", table) { try await tasks($0) }
    on(.get, "/connectors/{name}/tasks/{task}/status", table) { request in
      let name = try request.parameter("name")
      let number = try request.parameter("task")
      let status = try await worker.status(name)
      guard let task = status.task, number == "0" else {
        throw ConnectorRequestError(.notFound, "No status found for task \(name)-\(number.prefix(20))")
      }
      return ConnectAnswer.json(Self.task(task, status))
    }
    on(.post, "/connectors/{name}/tasks/{task}/restart", table) { request in
      guard let number = Int(try request.parameter("task")) else { throw ConnectorRequestError(.notFound, "HTTP 404 Not Found") }
      try await worker.restartTask(number, of: try request.parameter("name"))
      return ConnectAnswer.empty(.noContent)
    }
  }

  private func tasks(_ request: ConnectRequest) async throws -> Response {
    let name = try request.parameter("name")
    var settings = try await worker.settings(name)
    guard try await worker.hasTask(name) else { return ConnectAnswer.json(.array([])) }
    settings["task.class"] = settings["connector.class"].map { $0 + "Task" }
    return ConnectAnswer.json(
      .array([
        .object([.init(name: "id", value: Self.task(name)), .init(name: "config", value: ConnectAnswer.settings(settings))])
      ]))
  }

  /// Kafka Connect's `ConnectorStateInfo`.
  static func status(_ status: ConnectorStatus) -> JSONDocument {
    .object([
      .init(name: "name", value: .string(status.name)), .init(name: "connector", value: .object(members(status.connector, status))),
      .init(name: "tasks", value: .array(status.task.map { [task($0, status)] } ?? [])), .init(name: "type", value: .string("source")),
    ])
  }

  private static func task(_ part: ConnectorStatus.Part, _ status: ConnectorStatus) -> JSONDocument {
    .object([.init(name: "id", value: .number("0"))] + members(part, status))
  }

  private static func members(_ part: ConnectorStatus.Part, _ status: ConnectorStatus) -> [JSONDocument.Member] {
    var members: [JSONDocument.Member] = [
      .init(name: "state", value: .string(part.state.rawValue)), .init(name: "worker_id", value: .string(status.workerID)),
    ]
    if let trace = part.trace, !trace.isEmpty { members.append(.init(name: "trace", value: .string(trace))) }
    return members
  }
}
