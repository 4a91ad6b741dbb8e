import Foundation

/// What `up.json` holds: the way to everything that `sluice up` started, for `sluice down`, the demo and people.
struct RunningInstallation: Codable, Sendable {
  var processID: Int32
  var bootstrapServers: String
  var command: String
  var query: String
  var capture: String
  var syncer: String
  var postgresHost: String
  var postgresPort: Int
  var postgresUser: String

  static func read(_ file: URL) -> RunningInstallation? {
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(Self.self, from: data)
  }

  func write(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: file, options: .atomic)
  }

  /// True while the process that wrote it lives.
  var isAlive: Bool { kill(processID, 0) == 0 || errno == EPERM }
}
