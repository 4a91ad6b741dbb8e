import Capture
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Runtime
import Synchronization
import TestSupport

@testable import HTTP

/// Connectors that capture nothing, for tests of what surrounds them.
final class StubConnectors: ConnectorFactory {
  /// An engine that runs until it is stopped, or until the test ends it.
  final class Engine: ConnectorRunner {
    private struct State {
      var status = CaptureStatus()
      var signals: [CaptureSignal] = []
      var end: Result<Void, any Error>?
      var waiter: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())
    let configuration: ConnectorConfiguration

    init(_ configuration: ConnectorConfiguration) { self.configuration = configuration }

    var status: CaptureStatus { state.withLock { $0.status } }

    func run() async throws {
      state.withLock { $0.status.phase = .streaming }
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          let end = state.withLock { state in
            if state.end == nil { state.waiter = continuation }
            return state.end
          }
          if let end { continuation.resume(with: end) }
        }
      } onCancel: {
        end(.failure(CancellationError()))
      }
    }

    func end(_ result: Result<Void, any Error>) {
      let waiter = state.withLock { state in
        state.end = state.end ?? result
        state.status.phase = .stopped
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(with: result)
    }

    func stop() { end(.success(())) }
    func pause() { state.withLock { $0.status.isPaused = true } }
    func send(_ signal: CaptureSignal) throws(SignalError) { state.withLock { $0.signals.append(signal) } }
    var signals: [CaptureSignal] { state.withLock { $0.signals } }
    func resume() { state.withLock { $0.status.isPaused = false } }
  }

  let environment = ["PASSWORD": "from the environment"]
  let offsets = MemoryOffsetStore()
  private let made = Mutex<[Engine]>([])
  /// What the next engines do instead of running.
  let failure = Mutex<CaptureError?>(nil)

  /// Engines in the order in which they were made and run.
  var engines: [Engine] { made.withLock { $0 } }

  func parts(_ configuration: ConnectorConfiguration, topics: ActiveTopics) throws -> ConnectorParts {
    let engine = Engine(configuration)
    if let error = failure.withLock({ $0 }) { engine.end(.failure(error)) }
    made.withLock { $0.append(engine) }
    return ConnectorParts(runner: engine, offsets: offsets, topics: topics) {
      SourcePosition(systemID: "7", walEnd: LSN(rawValue: 1000), confirmed: LSN(rawValue: 500))
    }
  }
}

/// Definitions in memory; counts writes.
final class MemoryDefinitions: DefinitionStore {
  let stored: Mutex<[String: ConnectorDefinition]>
  let isBroken = Mutex(false)

  init(_ definitions: [ConnectorDefinition] = []) { stored = Mutex(Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })) }

  struct Broken: Error {}

  func load() async throws -> [ConnectorDefinition] { stored.withLock { Array($0.values) } }

  func save(_ definition: ConnectorDefinition, done: @escaping @Sendable (Result<Void, any Error>) -> Void) {
    if isBroken.withLock({ $0 }) { return done(.failure(Broken())) }
    stored.withLock { $0[definition.name] = definition }
    done(.success(()))
  }

  func remove(_ name: String, done: @escaping @Sendable (Result<Void, any Error>) -> Void) {
    stored.withLock { $0[name] = nil }
    done(.success(()))
  }
}

/// A worker with the REST API before it.
struct ConnectHarness: Sendable {
  let connectors: StubConnectors
  let definitions: MemoryDefinitions
  let worker: ConnectorWorker
  let http: Harness

  static func with(
    _ files: [ConnectorDefinition] = [], stored: [ConnectorDefinition] = [], isManaged: Bool = true,
    _ body: (ConnectHarness) async throws -> Void
  ) async throws {
    let connectors = StubConnectors()
    let definitions = MemoryDefinitions(stored)
    let worker = ConnectorWorker(
      definitions: files, store: isManaged ? definitions : nil, factory: connectors,
      options: ConnectorWorkerOptions(isManaged: isManaged, retryCap: .milliseconds(50)), logger: Harness.logger)
    let levels = LogLevels()
    let routes = ConnectRoutes(worker: worker, levels: levels, clusterID: { "cluster" }, maxBodyBytes: 10_000, logger: Harness.logger)
    let harness = ConnectHarness(connectors: connectors, definitions: definitions, worker: worker, http: Harness(routes))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await worker.run() }
      try await eventually { await worker.isRunning }
      try await body(harness)
      group.cancelAll()
    }
  }

  static func settings(_ name: String, _ more: [String: String] = [:]) -> [String: String] {
    let slot = name.replacing(" ", with: "_")
    return [
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": slot, "database.hostname": "h",
      "database.user": "u", "database.dbname": "d", "slot.name": slot, "plugin.name": "pgoutput",
    ].merging(more) { $1 }
  }

  static func json(_ value: Any) throws -> String { String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self) }

  func put(_ path: String, _ body: Any? = nil) async throws -> Answer { try await send(.put, path, body) }

  func send(_ method: HTTPRequest.Method, _ path: String, _ body: Any? = nil) async throws -> Answer {
    guard let body else { return try await http.send(method, path) }
    return try await http.send(
      method, path, headers: [.contentType: "application/json"], body: RequestBody(buffer: ByteBuffer(string: try Self.json(body))))
  }

  func state(_ name: String) async throws -> [String] {
    let json = try await http.get("/connectors/\(name)/status").json
    let tasks = json["tasks"] as? [[String: Any]] ?? []
    return [(json["connector"] as? [String: Any])?["state"] as? String ?? "none"] + tasks.map { $0["state"] as? String ?? "none" }
  }
}
