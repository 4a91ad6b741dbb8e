import Foundation
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// SIGTERM to a daemon that has hardly begun.
  @Suite struct FirstMomentsTests {
    @Test(arguments: ["broker", "capture", "command", "query", "syncer"])
    func aDaemonEndsInOrderFromItsFirstMomentOn(name: String) async throws {
      let free = "127.0.0.1:0"
      let words = [
        "broker": ["--listen", free, "--http-listen", free, "--data", "data"], "capture": ["--worker", "--set", "capture.listen=\(free)"],
        "command": ["--listen", free], "query": ["--listen", free], "syncer": ["--topic", "t", "--listen", free],
      ]
      try await Installation.withFolder { folder in
        // Nobody answers at these addresses; who does not wait for that ends by itself soon.
        for delay in name == "command" ? [0, 0] : [0, 0, 2, 5, 20, 100] {
          let daemon = try ProgramRun(
            name,
            [try SluiceBinary.path(), name] + (words[name] ?? []) + [
              "--set", "kafka.bootstrap_servers=127.0.0.1:1", "--set", "read.database.port=1", "--set", "write.database.port=1",
            ],
            in: folder)
          try await eventually(within: .seconds(20), every: .milliseconds(1), "the signal is caught") { daemon.catches(SIGTERM) }
          var pace = Pace(every: .milliseconds(delay))
          if delay > 0 { try await pace.next() }
          daemon.send(SIGTERM)
          #expect(try await daemon.exit(within: .seconds(10)) == .code(0), "\(delay) ms: \(daemon.tail)")
        }
      }
    }

    @Test func aToolDiesOfTheSignal() async throws {
      try await Installation.withFolder { folder in
        let tool = try ProgramRun("lag", [try SluiceBinary.path(), "lag", "--set", "kafka.bootstrap_servers=127.0.0.1:1"], in: folder)
        try await eventually(within: .seconds(20), "it asks") { tool.isRunning && tool.errors.isEmpty }
        tool.send(SIGTERM)
        #expect(try await tool.exit(within: .seconds(5)) == .signal(SIGTERM), "\(tool.tail)")
      }
    }
  }
}
