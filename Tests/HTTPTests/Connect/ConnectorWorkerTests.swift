import Capture
import Foundation
import TestSupport
import Testing

@testable import HTTP

/// What a worker remembers, and how it ends.
@Suite struct ConnectorWorkerTests {
  private func definition(_ name: String, _ more: [String: String] = [:], target: ConnectorTarget = .started) -> ConnectorDefinition {
    ConnectorDefinition(name: name, settings: ConnectHarness.settings(name, more), target: target)
  }

  private func file(_ name: String, _ more: [String: String] = [:]) -> ConnectorDefinition {
    ConnectorDefinition(ConnectorFile(name: name, settings: ConnectHarness.settings(name, more), origin: "\(name).json"))
  }

  @Test func `definitions and target states survive a restart`() async throws {
    try await ConnectHarness.with(stored: [
      definition("running"), definition("paused", target: .paused), definition("stopped", target: .stopped),
      definition("broken", ["database.password": "${env:NONE}"]),
    ]) { connect in
      #expect(try await connect.http.get("/connectors").text == #"["broken","paused","running","stopped"]"#)
      try await eventually { try await connect.state("running") == ["RUNNING", "RUNNING"] }
      #expect(try await connect.state("paused") == ["PAUSED", "PAUSED"])
      #expect(try await connect.state("stopped") == ["STOPPED"])
      #expect(try await connect.state("broken") == ["FAILED"])
      #expect(try await connect.http.get("/connectors/broken/status").text.contains("NONE is not set"))
      #expect(connect.connectors.engines.count == 2)
    }
  }

  @Test func `a file wins over a stored definition, and keeps its target state`() async throws {
    var old = file("gone")
    old.target = .started
    try await ConnectHarness.with(
      [file("a", ["snapshot.mode": "no_data"])], stored: [definition("a", target: .stopped), old]
    ) { connect in
      let names = try await connect.http.get("/connectors").text
      #expect(names == #"["a"]"#, "a definition of a file comes and goes with it")
      #expect(try await connect.state("a") == ["STOPPED"])
      #expect(try await connect.http.get("/connectors/a/config").json["snapshot.mode"] as? String == "no_data")
    }
  }

  @Test func `what cannot be stored is not done`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 201)
      connect.definitions.isBroken.withLock { $0 = true }
      _ = try await connect.put("/connectors/b/config", ConnectHarness.settings("b")).error(500)
      _ = try await connect.put("/connectors/a/config", ConnectHarness.settings("a", ["snapshot.mode": "no_data"])).error(500)
      _ = try await connect.put("/connectors/a/pause").error(500)
      #expect(try await connect.http.get("/connectors").text == #"["a"]"#)
      #expect(try await connect.http.get("/connectors/a/config").json["snapshot.mode"] == nil)
      #expect(connect.connectors.engines.count == 1)
    }
  }

  @Test func `two connectors of one slot are refused at the start`() async throws {
    let worker = ConnectorWorker(
      definitions: [file("a"), file("b", ["slot.name": "a"])], factory: StubConnectors(), options: .init(isManaged: false),
      logger: Harness.logger)
    let error = await #expect(throws: CaptureError.self) { try await worker.run() }
    #expect(error?.category == .configuration && error?.reason.contains("b.json") == true)
  }

  @Test func `files alone come to their end, or fail as the first that fails`() async throws {
    let connectors = StubConnectors()
    let worker = ConnectorWorker(
      definitions: [file("a"), file("b")], factory: connectors, options: .init(isManaged: false), logger: Harness.logger)
    async let ending: Void = worker.run()
    try await eventually { connectors.engines.count == 2 }
    for engine in connectors.engines { engine.end(.success(())) }
    try await ending

    let others = StubConnectors()
    let failing = ConnectorWorker(
      definitions: [file("a"), file("b")], factory: others, options: .init(isManaged: false), logger: Harness.logger)
    async let failed: Void = failing.run()
    try await eventually { others.engines.count == 2 && others.engines.allSatisfy { $0.status.phase == .streaming } }
    others.engines[0].end(.failure(CaptureError(.configuration, "no")))
    do {
      try await failed
      Issue.record("expected an error")
    } catch { #expect((error as? CaptureError)?.reason == "no") }
    #expect(others.engines.allSatisfy { $0.status.phase == .stopped })
  }

  @Test func `files alone are not changed by requests, but stopped and resumed`() async throws {
    try await ConnectHarness.with([file("a")], isManaged: false) { connect in
      #expect(try await connect.put("/connectors/b/config", ConnectHarness.settings("b")).error(403).contains("--worker"))
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 200)
      _ = try await connect.put("/connectors/a/config", ConnectHarness.settings("a", ["snapshot.mode": "no_data"])).error(403)
      _ = try await connect.send(.delete, "/connectors/a").error(403)
      #expect(try await connect.put("/connectors/a/stop").status == 204)
      #expect(try await connect.put("/connectors/a/resume").status == 202)
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      #expect(connect.connectors.engines.count == 2)
    }
  }

  @Test func `requests at once leave one engine of each connector`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 201)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<60 {
          group.addTask {
            switch i % 6 {
            case 0: _ = try await connect.put("/connectors/a/stop")
            case 1: _ = try await connect.put("/connectors/a/resume")
            case 2: _ = try await connect.send(.post, "/connectors/a/restart")
            case 3: _ = try await connect.put("/connectors/a/config", ConnectHarness.settings("a", ["max.batch.size": "\(i + 1)"]))
            case 4: _ = try await connect.put("/connectors/a/pause")
            default: _ = try await connect.send(.delete, "/connectors/a")
            }
          }
        }
        try await group.waitForAll()
      }
      _ = try await connect.put("/connectors/a/config", ConnectHarness.settings("a"))
      _ = try await connect.put("/connectors/a/resume")
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      let running = connect.connectors.engines.filter { $0.status.phase == .streaming }
      #expect(running.count == 1)
    }
  }
}
