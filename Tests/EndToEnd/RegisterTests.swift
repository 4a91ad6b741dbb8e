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
