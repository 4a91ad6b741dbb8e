import Foundation
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// `connectors/register.sh` at a Connect REST API.
  @Suite(.enabled(if: Tools.have("bash", "curl", "python3", for: "register.sh"))) struct RegisterTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").standardizedFileURL
    private static let script = root.appendingPathComponent("connectors/register.sh").path

    private func register(_ port: Int, _ files: [String] = [], timeout: Int = 30, in folder: URL) throws -> ProgramRun {
      try ProgramRun(
        "register", ["bash", Self.script] + files, in: folder,
        environment: ["CONNECT_URL": "http://127.0.0.1:\(port)/", "CONNECT_TIMEOUT": "\(timeout)", "no_proxy": "127.0.0.1"])
    }

    private func connect(_ port: Int, _ words: [String] = [], in folder: URL) throws -> ProgramRun {
      try ProgramRun(
        "connect", ["python3", "-u", FixtureFolder().url.appendingPathComponent("connect.py").path, "\(port)"] + words, in: folder)
    }

    @Test func waitsRegistersAndRepeats() async throws {
      try await Installation.withFolder { folder in
        let port = try LoopbackPort.free()
        // Nobody answers yet.
        let first = try register(port, in: folder)
        let connect = try connect(port, in: folder)
        defer { connect.send(SIGKILL) }
        #expect(try await first.exit(within: .seconds(60)) == .code(0), "\(first.tail)")

        let folderOfFiles = Self.root.appendingPathComponent("connectors")
        let files = try FileManager.default.contentsOfDirectory(at: folderOfFiles, includingPropertiesForKeys: nil)
          .filter { $0.pathExtension == "json" && $0.lastPathComponent != "pgbench.json" }
        #expect(files.count == 7)
        let http = HTTPClient(port: port)
        for file in files {
          let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
          let name = try #require(object?["name"] as? String)
          #expect(first.output.contains("\(name): created"), "\(first.output)")
          let kept = try JSONSerialization.jsonObject(with: Data(try await http.get("/connectors/\(name)/config").body.utf8))
          #expect(kept as? [String: String] == object?["config"] as? [String: String])
        }
        #expect(first.output.components(separatedBy: "RUNNING").count - 1 == 2 * files.count, "\(first.output)")

        let again = try register(port, in: folder)
        #expect(try await again.exit(within: .seconds(60)) == .code(0), "\(again.tail)")
        #expect(!again.output.contains("created"))
        #expect(again.output.components(separatedBy: "up to date").count - 1 == files.count)
      }
    }

    @Test func registersAtCapture() async throws {
      try await Installation.with { installation in
        try await installation.connected(installation.write) { try await $0.executeScript(ConnectWorker.shop) }
        let worker = try ConnectWorker(installation)
        defer { worker.run.send(SIGKILL) }
        for word in ["created", "up to date"] {
          let register = try register(worker.port, timeout: 60, in: installation.folder)
          #expect(try await register.exit(within: .seconds(90)) == .code(0), "\(register.tail)\n\(register.output)\n\(worker.run.tail)")
          #expect(register.output.components(separatedBy: word).count - 1 == 7, "\(register.output)")
          #expect(register.output.components(separatedBy: "RUNNING").count - 1 == 14, "\(register.output)")
        }
        let http = HTTPClient(port: worker.port)
        #expect(!(try await http.get("/connectors?expand=info").body).contains("******"), "the files hold references, not secrets")
        try await installation.connected(installation.write) { try await $0.execute("INSERT INTO brands VALUES (1)") }
        try await eventually(within: .seconds(20)) {
          try await http.get("/connectors/shop-brand/topics").body == #"{"shop-brand":{"topics":["shop.public.brands"]}}"#
        }
        // A client that nobody here wrote, where there is one.
        if let python = ConnectWorker.clientPython {
          let client = try ProgramRun(
            "client", [python, FixtureFolder().url.appendingPathComponent("connect_client.py").path, "http://127.0.0.1:\(worker.port)"],
            in: installation.folder)
          #expect(try await client.exit(within: .seconds(60)) == .code(0), "\(client.tail)")
        } else {
          print("kafka-connect-py is not installed (Tests/Clients/requirements.txt): its part of the test is left out")
        }

        // What was asked for survives a kill.
        #expect(try await http.send("PUT", "/connectors/shop-tag/pause").status == 202)
        #expect(try await http.send("PUT", "/connectors/shop-seller/stop").status == 204)
        #expect(try await http.send("DELETE", "/connectors/shop-category").status == 204)
        try await worker.run.kill()
        let again = try ConnectWorker(installation)
        defer { again.run.send(SIGKILL) }
        let second = HTTPClient(port: again.port)
        try await eventually(within: .seconds(60)) {
          let body = (try? await second.get("/connectors?expand=status").body) ?? ""
          return body.components(separatedBy: #""state":"RUNNING""#).count - 1 == 8
        }
        let names = try await second.get("/connectors").body
        #expect(names == #"["shop-brand","shop-outbox","shop-product","shop-product-option","shop-seller","shop-tag"]"#)
        #expect(try await second.get("/connectors/shop-tag/status").body.contains(#""connector":{"state":"PAUSED""#))
        #expect(try await second.get("/connectors/shop-seller/status").body.contains(#""state":"STOPPED""#))
        #expect(try await again.run.terminate() == .code(0), "\(again.run.tail)")
      }
    }

    @Test func saysWhatFails() async throws {
      try await Installation.withFolder { folder in
        let port = try LoopbackPort.free()
        let connect = try connect(port, ["shop-brand"], in: folder)
        defer { connect.send(SIGKILL) }
        let failed = try register(
          port, ["brand", "tag"].map { Self.root.appendingPathComponent("connectors/\($0).json").path }, in: folder)
        #expect(try await failed.exit(within: .seconds(60)) == .code(1))
        #expect(failed.output.contains("FAILED") && failed.output.contains("no such slot") && !failed.output.contains("at somewhere"))
        #expect(failed.output.contains("shop-tag"), "the others are looked at, too")

        let wrong = folder.appendingPathComponent("wrong.json")
        try #"{"name": "wrong"}"#.write(to: wrong, atomically: true, encoding: .utf8)
        let refused = try register(port, [wrong.path], in: folder)
        #expect(try await refused.exit() == .code(1))
        #expect(refused.errors.contains("wrong.json") && refused.errorLines.count == 1, "\(refused.errors)")

        try #"{"name": "wrong", "config": {"a": "b"}}"#.write(to: wrong, atomically: true, encoding: .utf8)
        let invalid = try register(port, [wrong.path], in: folder)
        #expect(try await invalid.exit() == .code(1))
        #expect(invalid.errors.contains("400") && invalid.errors.contains("connector.class is missing"), "\(invalid.errors)")

        let alone = try register(try LoopbackPort.free(), timeout: 1, in: folder)
        #expect(try await alone.exit() == .code(1))
        #expect(alone.errors.contains("no REST API") && alone.errors.contains("after 1 s"), "\(alone.errors)")
      }
    }
  }
}
