import BenchmarkSupport
import Foundation
import Runtime

/// The same mirror kept by a Python program, `peer/mirror.py`: PyPI's confluent-kafka and psycopg, bulk upserts, one transaction a batch.
struct PythonPeer {
  /// What reads the records.
  enum JSON: String, CaseIterable {
    /// Python's own.
    case json
    /// PyPI's orjson, written in Rust.
    case orjson

    /// What its lines are called.
    var label: String { self == .json ? "mirror-peer" : "mirror-peer-\(rawValue)" }
  }

  struct Result {
    var rate: Double
    var peakMemory: Int
    var processorTime: Double
  }

  private let python: String
  private let program = "Tests/Benchmarks/peer/mirror.py"

  /// Nil where `run.sh` has not made it ready.
  static func find() -> PythonPeer? {
    ProcessInfo.processInfo.environment["PYTHON_PEER"].flatMap { $0.isEmpty ? nil : PythonPeer(python: $0) }
  }

  /// Runs it until all changes are written; it says itself how long it took, from its first committed batch to its last.
  func measure(_ bench: Workbench, _ topic: ItemTopic, schema: String, json: JSON, number: Int) async throws -> Result {
    let database = bench.database(Workbench.readDatabase)
    let process = ManagedProcess(
      name: "peer-\(json)-\(number)", executable: URL(fileURLWithPath: "/usr/bin/env"),
      arguments: [
        python, program, "--servers", bench.broker.servers, "--topic", topic.name, "--group", "peer-\(json)-\(number)", "--records",
        "\(topic.changes)", "--json", json.rawValue, "--schema", schema, "--database",
        "host=\(database.host) port=\(database.port) user=\(database.user) dbname=\(database.database)",
      ],
      logFile: bench.folder.appendingPathComponent("peer-\(json)-\(number).log"))
    try process.start()
    let exit = try await waitFor("\(topic.changes) changes written by the peer", within: .seconds(300)) { process.exit }
    let log = (try? String(contentsOf: process.logFile, encoding: .utf8)) ?? ""
    guard exit == .code(0), let line = log.split(separator: "\n").last(where: { $0.hasPrefix("result ") }) else {
      throw BenchmarkFailure("the peer ended: \(exit); its log is \(process.logFile.path)")
    }
    let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard numbers.count == 3 else { throw BenchmarkFailure("the peer said: \(line)") }
    return Result(rate: numbers[0], peakMemory: Int(numbers[1]), processorTime: numbers[2])
  }
}
