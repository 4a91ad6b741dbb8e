import Foundation
import Runtime
import TestSupport
import Testing

extension EndToEndTests {
  /// What keeps `sluice broker` from starting: one line that says what to do, and the code that says whose turn it is.
  @Suite struct BrokerStartTests {
    private func broker(_ words: [String], in folder: URL) throws -> ProgramRun {
      try ProgramRun("second", [try SluiceBinary.path(), "broker", "--http-listen", "127.0.0.1:0"] + words, in: folder)
    }

    @Test func aFolderOrPortThatAnotherBrokerHas() async throws {
      try await Installation.withFolder { folder in
        let first = BrokerProgram(folder: folder, port: try FixedPort.free())
        let process = try await first.start()
        let sameFolder = try broker(["--data", first.data.path, "--listen", "127.0.0.1:0"], in: folder)
        try await expectOneLine(sameFolder, code: .failed, naming: ["another broker", first.data.path, "stop it"])
        let other = folder.appendingPathComponent("other-data").path
        let samePort = try broker(["--data", other, "--listen", "127.0.0.1:\(first.port)"], in: folder)
        try await expectOneLine(samePort, code: .failed, naming: ["127.0.0.1:\(first.port)", "in use", "another address"])
        // The first one is not disturbed.
        #expect(try await process.terminate(within: .seconds(10)) == .code(0))
        // What its end leaves behind keeps nobody out, also when it is killed.
        let second = try await first.start()
        try await second.kill()
        let third = try await first.start()
        #expect(try await third.terminate(within: .seconds(10)) == .code(0))
      }
    }

    @Test func addressesThatOthersReach() async throws {
      try await Installation.withFolder { folder in
        for host in ["0.0.0.0", "192.0.2.1"] {
          try await expectOneLine(
            broker(["--data", folder.path, "--listen", "\(host):0"], in: folder), code: .configuration,
            naming: ["sluice broker: ", "broker.listen", "loopback", "no authentication", "broker.allow_remote"])
        }
        try await expectOneLine(
          broker(["--data", folder.path, "--listen", "0.0.0.0:0", "--set", "broker.allow_remote=true"], in: folder), code: .configuration,
          naming: ["broker.listen", "broker.advertise"])
        // Refused before anything is made.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { $0.hasPrefix("second") })
      }
    }

    @Test func foldersThatCannotBeWrittenTo() async throws {
      try await Installation.withFolder { folder in
        let file = folder.appendingPathComponent("file")
        try Data().write(to: file)
        try await expectOneLine(
          broker(["--data", file.appendingPathComponent("data").path, "--listen", "127.0.0.1:0"], in: folder), code: .failed,
          naming: [file.path, "Not a directory", "broker.data_folder"])
        // Not even root writes there.
        try await expectOneLine(
          broker(["--data", "/proc", "--listen", "127.0.0.1:0"], in: folder), code: .failed,
          naming: ["/proc", "must belong to this user"])
      }
    }
  }
}
