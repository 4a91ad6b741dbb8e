import Foundation

/// The data folder of `sluice up`: PostgreSQL's and the broker's files, logs, the capture daemon's offsets and definitions, and what is running.
struct UpFolder: Sendable {
  let root: URL
  var postgres: URL { root.appendingPathComponent("postgres") }
  var broker: URL { root.appendingPathComponent("broker") }
  var logs: URL { root.appendingPathComponent("logs") }
  /// Connectors that were made or changed by REST.
  var connectors: URL { root.appendingPathComponent("connectors") }
  var offsets: URL { root.appendingPathComponent("offsets") }
  /// Present while `sluice up` runs: where everything is.
  var running: URL { root.appendingPathComponent("up.json") }
  /// Written by the local broker once it serves.
  var brokerAddress: URL { root.appendingPathComponent("broker-address") }

  init(path: String) { root = URL(fileURLWithPath: path).standardizedFileURL }

  func create() throws {
    for folder in [root, logs, offsets] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }
}
