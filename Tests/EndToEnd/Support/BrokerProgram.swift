import Foundation
import TestSupport

/// `sluice broker` with a data folder and a port, which it has again whenever it is started again.
struct BrokerProgram: Sendable {
  var topics: [String] = []
  /// Holds the data folder, the logs and the address file.
  var folder: URL
  var port: Int

  /// The data folder.
  var data: URL { folder.appendingPathComponent("broker-data") }

  /// Starts it and waits until it serves.
  ///
  /// - Throws: `NotInTime` with the end of its log; also when it has ended.
  func start() async throws -> ProgramRun {
    let address = folder.appendingPathComponent("broker-address")
    // The one of an earlier start says nothing about this one.
    try? FileManager.default.removeItem(at: address)
    let process = try ProgramRun(
      "broker",
      [
        try SluiceBinary.path(), "broker", "--data", data.path, "--listen", "127.0.0.1:\(port)", "--http-listen", "127.0.0.1:0",
        "--address-file", address.path, "--partitions", "\(Broker.partitions)",
      ] + topics.flatMap { ["--topic", $0] }, in: folder)
    let limit = Duration.seconds(20)
    do {
      try await eventually(within: limit, "the broker's address") {
        guard process.isRunning else { throw NotInTime(what: "a broker that serves, whose log ends with: \(process.tail)", limit: limit) }
        return FileManager.default.fileExists(atPath: address.path)
      }
    } catch {
      process.send(SIGKILL)
      throw error
    }
    return process
  }
}
