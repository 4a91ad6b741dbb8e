import Capture
import Hummingbird

/// `/connectors`: what there is, and its configuration.
extension ConnectRoutes {
  func addConnectors(to table: HTTPRouteTable) {
    on(.get, "/connectors", table) { try await list($0) }
    on(.post, "/connectors", table) { try await create($0) }
    on(.get, "/connectors/{name}", table) { ConnectAnswer.json(try await info($0.parameter("name"))) }
    on(.delete, "/connectors/{name}", table) {
      try await worker.delete($0.parameter("name"))
      return ConnectAnswer.empty(.noContent)
    }
    on(.get, "/connectors/{name}/config", table) {
      ConnectAnswer.json(ConnectAnswer.settings(try await worker.settings($0.parameter("name"))))
    }
    on(.put, "/connectors/{name}/config", table) { request in
      let name = try request.parameter("name")
      let isNew = try await worker.configure(name, settings: try ConnectRequest.complete(await request.settings()))
      return ConnectAnswer.json(try await info(name), status: isNew ? .created : .ok, headers: isNew ? Self.location(name) : [:])
    }
    on(.patch, "/connectors/{name}/config", table) { request in
      let name = try request.parameter("name")
      try await worker.patch(name, settings: try await request.settings())
      return ConnectAnswer.json(try await info(name))
    }
    on(.get, "/connectors/{name}/topics", table) { request in
      let name = try request.parameter("name")
      let topics = ConnectAnswer.strings(try await worker.topics(name))
      return ConnectAnswer.json(.object([.init(name: name, value: .object([.init(name: "topics", value: topics)]))]))
    }
    on(.put, "/connectors/{name}/topics/reset", table) {
      try await worker.resetTopics($0.parameter("name"))
      return ConnectAnswer.empty(.accepted)
    }
  }

  private func list(_ request: ConnectRequest) async throws -> Response {
    let expansions = try request.query("expand")
    let names = await worker.names
    guard !expansions.isEmpty else { return ConnectAnswer.json(ConnectAnswer.strings(names)) }
    var members: [JSONDocument.Member] = []
    for name in names {
      var parts: [JSONDocument.Member] = []
      do {
        if expansions.contains("status") { parts.append(.init(name: "status", value: Self.status(try await worker.status(name)))) }
        if expansions.contains("info") { parts.append(.init(name: "info", value: try await info(name))) }
      } catch let error as ConnectorRequestError where error.kind == .notFound {
        // Deleted since the names were taken.
        continue
      }
      members.append(.init(name: name, value: .object(parts)))
    }
    return ConnectAnswer.json(.object(members))
  }

  private func create(_ request: ConnectRequest) async throws -> Response {
    let body = try await request.body()
    guard case .object(let members) = body else {
      throw ConnectorRequestError(.invalid, "the body: expected an object, found \(body.kind)")
    }
    for member in members where !["name", "config", "initial_state"].contains(member.name) {
      throw ConnectorRequestError(.invalid, "Unrecognized field \"\(member.name.prefix(200))\": expected name, config and initial_state")
    }
    let settings = try ConnectRequest.complete(try ConnectRequest.settings(body["config"], what: "\"config\""))
    let name = body["name"]?.string?.trimmedOfSpace ?? ""
    var target = ConnectorTarget.started
    switch body["initial_state"] ?? .null {
    case .null: break
    case .string(let text):
      guard let wanted = ["RUNNING": ConnectorTarget.started, "PAUSED": .paused, "STOPPED": .stopped][text.uppercased()] else {
        throw ConnectorRequestError(.invalid, "initial_state: expected RUNNING, PAUSED or STOPPED, found \"\(text.prefix(40))\"")
      }
      target = wanted
    default: throw ConnectorRequestError(.invalid, "initial_state: expected RUNNING, PAUSED or STOPPED")
    }
    try await worker.create(name, settings: settings, target: target)
    return ConnectAnswer.json(try await info(name), status: .created, headers: Self.location(name))
  }

  /// Kafka Connect's `ConnectorInfo`.
  private func info(_ name: String) async throws -> JSONDocument {
    let settings = try await worker.settings(name)
    let hasTask = try await worker.hasTask(name)
    return .object([
      .init(name: "name", value: .string(name)), .init(name: "config", value: ConnectAnswer.settings(settings)),
      .init(name: "tasks", value: .array(hasTask ? [Self.task(name)] : [])), .init(name: "type", value: .string("source")),
    ])
  }

  /// Kafka Connect's `ConnectorTaskId`.
  static func task(_ name: String) -> JSONDocument {
    .object([.init(name: "connector", value: .string(name)), .init(name: "task", value: .number("0"))])
  }

  private static func location(_ name: String) -> HTTPFields { [.location: "/connectors/" + PercentEncoding.encode(name)] }
}

extension String {
  fileprivate var trimmedOfSpace: String {
    var slice = Substring(self)
    while slice.first?.isWhitespace == true { slice.removeFirst() }
    while slice.last?.isWhitespace == true { slice.removeLast() }
    return String(slice)
  }
}
