import Capture
import Hummingbird
import Runtime

/// `/admin/loggers`: levels of this process's loggers, until it ends.
extension ConnectRoutes {
  func addLoggers(to table: HTTPRouteTable) {
    on(.get, "/admin/loggers", table) { _ in
      ConnectAnswer.json(.object(levels.all.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: Self.document($0.value)) }))
    }
    on(.get, "/admin/loggers/{logger}", table) { request in
      let name = try request.parameter("logger")
      guard let level = levels.all[name] else { throw ConnectorRequestError(.notFound, "Logger \(name.prefix(200)) not found.") }
      return ConnectAnswer.json(Self.document(level))
    }
    on(.put, "/admin/loggers/{logger}", table) { request in
      let name = try request.parameter("logger")
      guard let text = try await request.body()["level"]?.string else {
        throw ConnectorRequestError(.invalid, "Desired 'level' parameter was not specified in request.")
      }
      guard let changed = levels.set(text, for: name) else {
        throw ConnectorRequestError(.notFound, "invalid log level '\(text.prefix(40))'.")
      }
      let isCluster = try request.query("scope").first?.lowercased() == "cluster"
      return isCluster ? ConnectAnswer.empty(.noContent) : ConnectAnswer.json(ConnectAnswer.strings(changed))
    }
  }

  private static func document(_ entry: LogLevels.Entry) -> JSONDocument {
    .object([
      .init(name: "level", value: .string(entry.level)),
      .init(name: "last_modified", value: entry.lastModified.map { .number(String($0)) } ?? .null),
    ])
  }
}
