import Postgres
import TestSupport

typealias Mask = RecordMask

/// The files beside the tests: SQL and recordings of Debezium.
enum Fixture {
  static let folder = FixtureFolder()

  static func lines(_ name: String) throws -> [String] { try folder.lines(name) }
  static func run(_ name: String, on connection: Connection) async throws { try await folder.run(name, on: connection) }
}
