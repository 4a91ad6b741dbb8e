import Foundation
import Postgres
import TestSupport

@testable import Capture

/// An engine over a test database, started and stopped by a test.
enum CaptureRun {
  static func configuration(_ database: ConnectionConfiguration, _ settings: [String: String] = [:]) throws -> ConnectorConfiguration {
    var all = [
      "topic.prefix": "golden", "plugin.name": "pgoutput", "database.hostname": database.host, "database.port": "\(database.port)",
      "database.user": database.user, "database.dbname": database.database, "slot.name": slot(database),
      "database.password": database.password?.reveal() ?? "", "offset.flush.interval.ms": "10", "status.update.interval.ms": "100",
      "slot.max.retries": "100", "slot.retry.delay.ms": "50", "retriable.restart.connector.wait.ms": "200",
    ]
    all.merge(settings) { $1 }
    return try ConnectorConfiguration(ConnectorFile(name: "test", settings: all))
  }

  /// Slots belong to the whole server: the database's name is unique.
  static func slot(_ database: ConnectionConfiguration) -> String { "s_" + database.database }

  /// Runs an engine beside `body`, then stops it gracefully and waits for its end.
  static func with(
    _ engine: CaptureEngine, _ body: @Sendable @escaping () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await engine.run()
        return true
      }
      group.addTask {
        try await body()
        engine.stop()
        return false
      }
      do {
        for try await _ in group {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }

  static func streaming(_ engine: CaptureEngine) async throws {
    try await eventually(within: .seconds(30), "streaming") { engine.status.phase == .streaming }
  }
}
