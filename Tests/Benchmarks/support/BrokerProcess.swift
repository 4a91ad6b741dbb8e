import Foundation
import Runtime
import Synchronization

/// `sluice broker` in a process of its own, on a folder and a port that stay the same when it is started again.
public final class BrokerProcess: Sendable {
  /// When it forces records to the disk: `broker.fsync`.
  public enum Fsync: String, Sendable, CaseIterable {
    case everyBatch = "every-batch"
    case interval
    case os
  }

  /// For `bootstrap.servers`.
  public var servers: String { "127.0.0.1:\(port)" }
  /// Where it listens.
  public let port: Int
  /// Its topics.
  public let dataFolder: URL
  /// What it said, over all its lives.
  public let logFile: URL
  private let binary: URL
  private let addressFile: URL
  private let arguments: [String]
  private let process = Mutex<ManagedProcess?>(nil)

  /// Describes a broker that has not been started yet.
  ///
  /// - Parameters:
  ///   - folder: for the data, `broker`, and the log, `broker.log`; it exists.
  ///   - settings: `key=value`, as `--set` takes them.
  public init(binary: URL, folder: URL, topics: [String] = [], partitions: Int = 1, settings: [String] = []) throws {
    self.binary = binary
    port = try Self.choosePort()
    dataFolder = folder.appendingPathComponent("broker")
    logFile = folder.appendingPathComponent("broker.log")
    addressFile = folder.appendingPathComponent("broker-address")
    arguments =
      [
        "broker", "--data", dataFolder.path, "--listen", "127.0.0.1:\(port)", "--http-listen", "127.0.0.1:0", "--address-file",
        addressFile.path, "--partitions", "\(partitions)",
      ] + topics.flatMap { ["--topic", $0] } + settings.flatMap { ["--set", $0] }
  }

  /// Below the ports that the system deals to clients: while the broker is down one of those who try to reach it again and again could be
  /// given this very port, which on one machine makes a connection with itself.
  private static func choosePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<30_000)
      if !LoopbackClient.isAnswering(port: port) { return port }
    }
    throw BenchmarkFailure("no free port of 127.0.0.1 between 20000 and 30000")
  }

  /// The process ID while it runs.
  public var processID: Int32? { process.withLock { $0?.processID } }
  /// How it ended; nil while it runs.
  public var exit: ManagedProcess.Exit? { process.withLock { $0?.exit } }
  /// Whether this life of it serves already.
  public var isServing: Bool { FileManager.default.fileExists(atPath: addressFile.path) }

  /// Starts it, without waiting for anything.
  public func launch(fsync: Fsync = .interval) throws {
    try? FileManager.default.removeItem(at: addressFile)
    let started = ManagedProcess(
      name: "broker", executable: binary, arguments: arguments + ["--set", "broker.fsync=\(fsync.rawValue)"], logFile: logFile)
    try started.start()
    process.withLock { $0 = started }
  }

  /// Starts it and waits until it serves.
  public func start(fsync: Fsync = .interval, within limit: Duration = .seconds(60)) async throws {
    try launch(fsync: fsync)
    try await waitUntil("the broker's start", within: limit, every: .milliseconds(5)) {
      if let exit { throw BenchmarkFailure("sluice broker ended: \(exit); its log is \(logFile.path)") }
      return isServing
    }
  }

  /// Stops it in order.
  ///
  /// - Throws: ``BenchmarkFailure`` where it does not end with 0.
  public func stop() async throws {
    guard let running = process.withLock({ $0 }) else { return }
    let exit = await running.stop(within: .seconds(30))
    guard exit == .code(0) else {
      throw BenchmarkFailure("sluice broker ended with \(exit.map { "\($0)" } ?? "nothing"); its log is \(logFile.path)")
    }
  }

  /// SIGKILL; returns when it is gone.
  public func kill() async throws {
    guard let running = process.withLock({ $0 }) else { return }
    running.send(SIGKILL)
    guard await running.wait(atMost: .seconds(10)) != nil else { throw BenchmarkFailure("sluice broker survived SIGKILL") }
  }
}
