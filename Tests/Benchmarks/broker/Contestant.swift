import BenchmarkSupport
import Foundation

/// A broker that is measured, with an empty topic: made for one run.
enum Contestant: CaseIterable {
  case interval, everyBatch, mock

  static let topic = "bench"

  var name: String {
    switch self {
    case .interval: "interval"
    case .everyBatch: "every-batch"
    case .mock: "mock cluster"
    }
  }

  /// What is behind a bootstrap address while it is measured.
  struct Running {
    let servers: String
    /// Nil is the mock cluster's, which is not looked at.
    let processID: Int32?
    let stop: () async throws -> Void
  }

  /// Starts it on a folder of its own, which `stop` removes.
  func start(binary: URL, folder: URL, partitions: Int) async throws -> Running {
    let fsync: BrokerProcess.Fsync
    switch self {
    case .interval: fsync = .interval
    case .everyBatch: fsync = .everyBatch
    case .mock:
      let mock = try Programs.startMockCluster(topics: [(Self.topic, partitions)])
      return Running(servers: mock.servers, processID: nil) { mock.close() }
    }
    let own = folder.appendingPathComponent("run")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    let broker = try BrokerProcess(binary: binary, folder: own, topics: [Self.topic], partitions: partitions)
    try await broker.start(fsync: fsync)
    return Running(servers: broker.servers, processID: broker.processID) {
      try await broker.stop()
      try FileManager.default.removeItem(at: own)
      // What this run left to be written is not to slow the next one down.
      sync()
    }
  }
}
