import Foundation
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// `sluice up` as a whole.
  @Suite(.enabled(if: Tools.have("bash", "curl", "python3", for: "register.sh"))) struct UpTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
      .standardizedFileURL

    /// What `make connectors` does against `make up`.
    @Test func connectorsAreRegisteredAtIt() async throws {
      try await Installation.withFolder { folder in
        let port = try LoopbackPort.free()
        let data = folder.appendingPathComponent("data").path
        var words = ["up", "--set", "up.data_folder=\(data)", "--set", "up.postgres_port=0", "--set", "up.broker_port=0"]
        words += ["--set", "capture.listen=127.0.0.1:\(port)"]
        for key in ["command.listen", "query.listen", "syncer.listen", "broker.http_listen"] {
          words += ["--set", "\(key)=127.0.0.1:\(try LoopbackPort.free())"]
        }
        // The sample shop's files are named from the project's folder.
        let up = try ProgramRun(
          "up", ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", Self.root.path, try SluiceBinary.path()] + words, in: folder)
        defer { up.send(SIGTERM) }
        let http = HTTPClient(port: port)
        try await http.ready(within: .seconds(120))
        let names = try await http.get("/connectors").body
        #expect(names.components(separatedBy: "\"shop-").count - 1 == 7, "\(names)")

        let register = try ProgramRun(
          "register", ["bash", Self.root.appendingPathComponent("connectors/register.sh").path], in: folder,
          environment: ["CONNECT_URL": "http://127.0.0.1:\(port)", "CONNECT_TIMEOUT": "60", "no_proxy": "127.0.0.1"])
        #expect(try await register.exit(within: .seconds(120)) == .code(0), "\(register.tail)\n\(register.output)")
        #expect(register.output.components(separatedBy: "RUNNING").count - 1 == 14, "\(register.output)")
        #expect(FileManager.default.fileExists(atPath: data + "/connectors"), "definitions are the installation's own")
        #expect(try await http.send("DELETE", "/connectors/shop-tag").status == 204)
        #expect(try await up.terminate() == .code(0), "\(up.tail)")
      }
    }
  }
}
