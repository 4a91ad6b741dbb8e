import Capture
import Foundation
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

@testable import HTTP

/// Kafka Connect's REST API, asked as its clients ask it.
@Suite struct ConnectRoutesTests {
  @Test func `the worker says who it is`() async throws {
    try await ConnectHarness.with { connect in
      let root = try await connect.http.get("/").json
      #expect(root["version"] as? String == "4.0.0" && root["kafka_cluster_id"] as? String == "cluster" && root["commit"] is String)
      #expect(try await connect.http.get("/health").json["status"] as? String == "healthy")
    }
  }

  @Test func `a connector is made, shown, changed and deleted`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.http.get("/connectors").text == "[]")
      let settings = ConnectHarness.settings("a b")
      let made = try await connect.send(.post, "/connectors", ["name": "a b", "config": settings])
      #expect(made.status == 201, "\(made.text)")
      #expect(made.header("Location") == "/connectors/a%20b")
      let info = try made.json
      #expect(info["name"] as? String == "a b" && info["type"] as? String == "source")
      #expect(info["config"] as? [String: String] == settings.merging(["name": "a b"]) { $1 })
      #expect(made.text.contains(#""tasks":[{"connector":"a b","task":0}]"#))
      #expect(try await connect.http.get("/connectors").text == #"["a b"]"#)
      #expect(try await connect.http.get("/connectors/a%20b").json as NSDictionary == info as NSDictionary)
      #expect(
        try await connect.send(.post, "/connectors", ["name": "a b", "config": settings]).error(409) == "Connector a b already exists")

      #expect(try await connect.put("/connectors/a%20b/config", settings).status == 200)
      #expect(connect.connectors.engines.count == 1, "the same configuration is no reason to restart")
      let changed = settings.merging(["snapshot.mode": "no_data", "tasks.max": "1"]) { $1 }
      #expect(try await connect.put("/connectors/a%20b/config", changed).status == 200)
      try await eventually { connect.connectors.engines.count == 2 }
      let patched = try await connect.send(.patch, "/connectors/a%20b/config", ["snapshot.mode": NSNull(), "tasks.max": 1])
      #expect(patched.status == 200)
      #expect(try await connect.http.get("/connectors/a%20b/config").json["snapshot.mode"] == nil)
      #expect(try await connect.put("/connectors/new/config", ConnectHarness.settings("new")).status == 201)

      let expanded = try await connect.http.get("/connectors?expand=status&expand=info").json
      let one = try #require(expanded["a b"] as? [String: [String: Any]])
      #expect(one["status"]?["name"] as? String == "a b" && one["info"]?["type"] as? String == "source")

      let deleted = try await connect.send(.delete, "/connectors/a%20b")
      #expect(deleted.status == 204 && deleted.body.isEmpty)
      #expect(try await connect.http.get("/connectors").text == #"["new"]"#)
      #expect(connect.definitions.stored.withLock { $0.keys.sorted() } == ["new"])
    }
  }

  @Test func `what is not there is answered with Connect's errors`() async throws {
    try await ConnectHarness.with { connect in
      for path in ["", "/config", "/tasks", "/topics", "/offsets"] {
        #expect(try await connect.http.get("/connectors/x" + path).error(404) == "Connector x not found")
      }
      #expect(try await connect.http.get("/connectors/x/status").error(404) == "No status found for connector x")
      #expect(try await connect.send(.post, "/connectors/x/restart").error(404) == "Unknown connector: x")
      for path in ["pause", "resume", "stop", "topics/reset"] { _ = try await connect.put("/connectors/x/\(path)").error(404) }
      _ = try await connect.send(.delete, "/connectors/x").error(404)
      _ = try await connect.send(.delete, "/connectors/x/offsets").error(404)
    }
  }

  @Test func `paths and methods that are not there are Connect's errors, too`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.http.get("/nothing").error(404) == "HTTP 404 Not Found")
      #expect(try await connect.http.get("/connectors/x/y/z").error(404) == "HTTP 404 Not Found")
      let refused = try await connect.send(.delete, "/connectors")
      #expect(try refused.error(405) == "HTTP 405 Method Not Allowed")
      #expect(refused.header("Allow")?.contains("POST") == true)
      #expect(refused.header("Content-Type") == "application/json")
    }
  }

  @Test func `a configuration that cannot be used is refused with every reason`() async throws {
    try await ConnectHarness.with { connect in
      var settings = ConnectHarness.settings("x", ["snapshot.mode": "sometimes", "slot.nam": "y"])
      settings["topic.prefix"] = nil
      let message = try await connect.put("/connectors/x/config", settings).error(400)
      #expect(message.hasPrefix("Connector configuration is invalid and contains the following 3 error(s):\n"))
      #expect(message.contains("slot.nam") && message.contains("sometimes") && message.contains("\"topic.prefix\""))
      #expect(try await connect.put("/connectors/x/config", ["a": "b"]).error(400).contains("connector.class is missing"))
      #expect(
        try await connect.put("/connectors/x/config", ConnectHarness.settings("x", ["name": "y"])).error(400).contains("doesn't match"))
      #expect(try await connect.put("/connectors/x/config", ["a": ["b"]]).error(400).contains("an array"))
      _ = try await connect.http.send(.put, "/connectors/x/config", headers: [.contentType: "text/plain"]).error(415)
      _ = try await connect.http.post("/connectors", "{").error(400)
      _ = try await connect.http.post("/connectors", "\"" + String(repeating: "x", count: 20_000) + "\"").error(413)
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 201)
      let same = try await connect.put("/connectors/b/config", ConnectHarness.settings("b", ["slot.name": "a"])).error(400)
      #expect(same.contains("connector \"a\" reads this slot"))
      #expect(try await connect.http.get("/connectors").text == #"["a"]"#)
    }
  }

  @Test func `pause, resume, stop and restart are seen in the status`() async throws {
    try await ConnectHarness.with { connect in
      let made = try await connect.send(
        .post, "/connectors", ["name": "a", "config": ConnectHarness.settings("a"), "initial_state": "paused"])
      #expect(made.status == 201)
      #expect(try await connect.state("a") == ["PAUSED", "PAUSED"])
      #expect(connect.connectors.engines[0].status.isPaused)
      #expect(try await connect.put("/connectors/a/resume").status == 202)
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      #expect(!connect.connectors.engines[0].status.isPaused)
      #expect(try await connect.http.get("/connectors/a/tasks/0/status").json["state"] as? String == "RUNNING")
      _ = try await connect.http.get("/connectors/a/tasks/1/status").error(404)

      #expect(try await connect.send(.post, "/connectors/a/restart").status == 204)
      try await eventually { connect.connectors.engines.count == 2 }
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      #expect(try await connect.send(.post, "/connectors/a/restart?onlyFailed=true&includeTasks=true").status == 202)
      #expect(connect.connectors.engines.count == 2, "it has not failed")
      let plan = try await connect.send(.post, "/connectors/a/restart?includeTasks=true")
      #expect(plan.status == 202 && plan.text.contains("RESTARTING"))
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      #expect(try await connect.send(.post, "/connectors/a/tasks/0/restart").status == 204)
      #expect(try await connect.send(.post, "/connectors/a/tasks/7/restart").error(404) == "Task a-7 not found")
      try await eventually { connect.connectors.engines.count == 4 }

      #expect(try await connect.put("/connectors/a/stop").status == 204)
      #expect(try await connect.state("a") == ["STOPPED"])
      #expect(try await connect.http.get("/connectors/a/tasks").text == "[]")
      #expect(try await connect.put("/connectors/a/stop").status == 204)
      #expect(connect.definitions.stored.withLock { $0["a"]?.target } == .stopped)
    }
  }

  @Test func `one that fails leaves the others alone, says why, and is tried again`() async throws {
    try await ConnectHarness.with { connect in
      for name in ["a", "b"] { #expect(try await connect.put("/connectors/\(name)/config", ConnectHarness.settings(name)).status == 201) }
      connect.connectors.failure.withLock { $0 = CaptureError(.configuration, "the role lacks a right") }
      connect.connectors.engines[0].end(.failure(CaptureError(.configuration, "the role lacks a right")))
      try await eventually { try await connect.state("a") == ["RUNNING", "FAILED"] }
      #expect(try await connect.http.get("/connectors/a/status").text.contains("the role lacks a right"))
      #expect(try await connect.state("b") == ["RUNNING", "RUNNING"])
      #expect(connect.connectors.engines.count == 2, "starting again does not help")
      connect.connectors.failure.withLock { $0 = nil }
      let plan = try await connect.send(.post, "/connectors/a/restart?onlyFailed=true&includeTasks=true")
      #expect(plan.status == 202)
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
      // This one may pass.
      connect.connectors.engines.last?.end(.failure(CaptureError(.failed, "the database is away")))
      try await eventually { connect.connectors.engines.count == 4 }
      try await eventually { try await connect.state("a") == ["RUNNING", "RUNNING"] }
    }
  }

  @Test func `literal secrets are masked, and a mask keeps them`() async throws {
    try await ConnectHarness.with { connect in
      let settings = ConnectHarness.settings("a", ["database.password": "pssst", "producer.override.sasl.password": "${env:PASSWORD}"])
      let made = try await connect.put("/connectors/a/config", settings)
      #expect(made.status == 201)
      for path in ["", "/config", "/tasks"] {
        let text = try await connect.http.get("/connectors/a" + path).text
        #expect(!text.contains("pssst") && text.contains("********") && text.contains("${env:PASSWORD}") && !text.contains("from the"))
      }
      #expect(try await connect.http.get("/connectors?expand=info").text.contains("pssst") == false)
      #expect(connect.connectors.engines[0].configuration.database.password?.reveal() == "pssst")
      var shown = try #require(try await connect.http.get("/connectors/a/config").json as? [String: String])
      #expect(try await connect.put("/connectors/a/config", shown).status == 200)
      #expect(connect.connectors.engines.count == 1)
      shown["snapshot.mode"] = "no_data"
      #expect(try await connect.put("/connectors/a/config", shown).status == 200)
      try await eventually { connect.connectors.engines.count == 2 }
      #expect(connect.connectors.engines[1].configuration.database.password?.reveal() == "pssst")
      #expect(try await connect.send(.patch, "/connectors/a/config", ["database.password": "********"]).status == 200)
      #expect(connect.definitions.stored.withLock { $0["a"]?.settings["database.password"] } == "pssst")
      let other = ConnectHarness.settings("b", ["database.password": "********"])
      #expect(try await connect.put("/connectors/b/config", other).error(400).contains("mask"))
      let wrong = settings.merging(["database.port": "pssst", "database.sslmode": "no"]) { $1 }
      #expect(try await connect.put("/connectors/a/config", wrong).error(400).contains("sslmode"))
      let asking = settings.merging(["snapshot.mode": "${env:PASSWORD}"]) { $1 }
      let refusal = try await connect.put("/connectors/a/config", asking).error(400)
      #expect(refusal.contains("snapshot.mode") && !refusal.contains("from the"), "what a variable holds is not told")
      let checked = try await connect.put("/connector-plugins/PostgresConnector/config/validate", settings)
      #expect(checked.status == 200 && !checked.text.contains("pssst"))
    }
  }

  @Test func `offsets are read at any time, and changed when stopped`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 201)
      #expect(try await connect.http.get("/connectors/a/offsets").text == #"{"offsets":[]}"#)
      func change(_ offset: Any, server: String = "a") -> [String: Any] {
        ["offsets": [["partition": ["server": server], "offset": offset]]]
      }
      #expect(try await connect.send(.patch, "/connectors/a/offsets", change(["lsn": 700])).error(400).contains("STOPPED"))
      #expect(try await connect.send(.delete, "/connectors/a/offsets").error(400).contains("STOPPED"))
      #expect(try await connect.put("/connectors/a/stop").status == 204)
      // As Debezium 3 writes them, in the middle of a transaction.
      let debezium: [String: Any] = [
        "lsn": 800, "lsn_proc": 750, "lsn_commit": 700, "txId": 12, "ts_usec": 1, "messageType": "INSERT", "transaction_id": NSNull(),
      ]
      let altered = try await connect.send(.patch, "/connectors/a/offsets", change(debezium))
      #expect(altered.status == 200 && altered.text.contains("altered successfully"), "\(altered.text)")
      let offsets = try await connect.http.get("/connectors/a/offsets")
      #expect(offsets.text == #"{"offsets":[{"partition":{"server":"a"},"offset":{"lsn":700,"lsn_proc":700,"lsn_commit":700}}]}"#)
      #expect(try await connect.send(.patch, "/connectors/a/offsets", try offsets.json).status == 200)

      for (offset, reason) in [
        (["lsn": 1001], "beyond the end"), (["lsn": 499], "the slot \"a\" stands at"), (["lsn": 0], "above 0"), (["lsn": "x"], "above 0"),
        (["file": 1], "not one of Debezium's"), (["txId": 1], "expected an offset with lsn"),
        (["lsn": 600, "lsn_commit": 700], "is beyond lsn"),
      ] as [([String: Any], String)] {
        #expect(try await connect.send(.patch, "/connectors/a/offsets", change(offset)).error(400).contains(reason))
      }
      #expect(try await connect.send(.patch, "/connectors/a/offsets", change(["lsn": 600], server: "b")).error(400).contains("partition"))
      #expect(try await connect.send(.patch, "/connectors/a/offsets", ["offsets": []]).error(400).contains("need to be provided"))
      #expect(try await connect.send(.patch, "/connectors/a/offsets", change(NSNull())).status == 200)
      #expect(try await connect.http.get("/connectors/a/offsets").text == #"{"offsets":[]}"#)
      #expect(try await connect.send(.delete, "/connectors/a/offsets").text.contains("reset successfully"))
    }
  }

  @Test func `signals reach a connector that runs`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.put("/connectors/a/config", ConnectHarness.settings("a")).status == 201)
      let signal: [String: Any] = ["id": "1", "type": "execute-snapshot", "data": ["data-collections": ["public.t"]]]
      #expect(try await connect.send(.post, "/connectors/a/signals", signal).status == 202)
      #expect(try await connect.send(.post, "/connectors/a/signals", ["type": "log", "data": "{}"]).status == 202)
      let sent = connect.connectors.engines[0].signals
      #expect(
        sent.map(\.type) == ["execute-snapshot", "log"] && sent[0].id == "1" && sent[0].data == #"{"data-collections":["public.t"]}"#)
      _ = try await connect.send(.post, "/connectors/a/signals", ["id": "1"]).error(400)
      _ = try await connect.send(.post, "/connectors/a/signals", ["type": "log", "more": "x"]).error(400)
      _ = try await connect.send(.post, "/connectors/b/signals", ["type": "log"]).error(404)
      #expect(try await connect.put("/connectors/a/stop").status == 204)
      _ = try await connect.send(.post, "/connectors/a/signals", ["type": "log"]).error(409)
    }
  }

  @Test func `plug-ins are listed, described and validated`() async throws {
    try await ConnectHarness.with { connect in
      let plugins = try await connect.http.get("/connector-plugins")
      #expect(plugins.text.hasPrefix(#"[{"class":"io.debezium.connector.postgresql.PostgresConnector","type":"source","version":"#))
      #expect(try await connect.http.get("/connector-plugins?connectorsOnly=false").text.contains("RegexRouter"))
      let keys = try await connect.http.get("/connector-plugins/io.debezium.connector.postgresql.PostgresConnector/config").text
      #expect(keys.contains(#""name":"slot.name","type":"STRING","required":false,"default_value":"debezium""#))
      _ = try await connect.http.get("/connector-plugins/other/config").error(404)

      var settings = ConnectHarness.settings("a", ["name": "a", "snapshot.mode": "sometimes", "unknown.key": "1"])
      let path = "/connector-plugins/io.debezium.connector.postgresql.PostgresConnector/config/validate"
      let answer = try await connect.put(path, settings).json
      #expect(answer["error_count"] as? Int == 2)
      #expect((answer["groups"] as? [String])?.contains("Snapshots") == true)
      let configs = try #require(answer["configs"] as? [[String: Any]])
      let mode = try #require(configs.first { ($0["definition"] as? [String: Any])?["name"] as? String == "snapshot.mode" })
      let value = try #require(mode["value"] as? [String: Any])
      #expect((value["errors"] as? [String])?.count == 1 && (value["recommended_values"] as? [String])?.contains("initial") == true)
      #expect(configs.contains { $0["definition"] is NSNull && ($0["value"] as? [String: Any])?["name"] as? String == "unknown.key" })
      settings["snapshot.mode"] = "initial"
      settings["unknown.key"] = nil
      #expect(try await connect.put(path, settings).json["error_count"] as? Int == 0)
      settings["connector.class"] = nil
      _ = try await connect.put(path, settings).error(400)
      settings["connector.class"] = "io.debezium.connector.mysql.MySqlConnector"
      _ = try await connect.put(path, settings).error(400)
    }
  }

  @Test func `levels of loggers are changed while it runs`() async throws {
    try await ConnectHarness.with { connect in
      #expect(try await connect.http.get("/admin/loggers").text == #"{"root":{"level":"INFO","last_modified":null}}"#)
      #expect(try await connect.put("/admin/loggers/sluice", ["level": "debug"]).text == #"["sluice"]"#)
      #expect(try await connect.http.get("/admin/loggers/sluice").json["level"] as? String == "DEBUG")
      _ = try await connect.put("/admin/loggers/sluice", ["level": "loud"]).error(404)
      _ = try await connect.put("/admin/loggers/sluice", [:] as [String: String]).error(400)
      _ = try await connect.http.get("/admin/loggers/none").error(404)
    }
  }
}

extension Answer {
  /// The message of an error answer of that status.
  func error(_ status: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    #expect(self.status == status, "\(text)", sourceLocation: sourceLocation)
    let json = try json
    #expect(json["error_code"] as? Int == status, sourceLocation: sourceLocation)
    return try #require(json["message"] as? String)
  }
}
