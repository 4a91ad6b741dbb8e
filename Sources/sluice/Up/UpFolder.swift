import Foundation

/// The data folder of `sluice up`: PostgreSQL's files, logs, the capture daemon's offsets, and what is running.
struct UpFolder: Sendable {
  let root: URL
  var postgres: URL { root.appendingPathComponent("postgres") }
  var logs: URL { root.appendingPathComponent("logs") }
  var offsets: URL { root.appendingPathComponent("offsets") }
  /// Present while `sluice up` runs: where everything is.
  var running: URL { root.appendingPathComponent("up.json") }
  /// Written by the local broker once it serves.
  var brokerAddress: URL { root.appendingPathComponent("broker-address") }
  /// Present while the in-memory broker may hold events that the read models have not seen: its loss would be theirs.
  var undrained: URL { root.appendingPathComponent("undrained") }

  init(path: String) { root = URL(fileURLWithPath: path).standardizedFileURL }

  func create() throws {
    for folder in [root, logs, offsets] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }
}
