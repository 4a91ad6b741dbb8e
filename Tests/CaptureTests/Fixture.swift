import Foundation
import Postgres

/// The files beside the tests: SQL and recordings of Debezium.
enum Fixture {
  static func text(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  static func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init)
  }

  /// The statements of a script, each to be run by itself: a transaction of its own unless the script begins one.
  static func statements(_ name: String) throws -> [String] {
    var statements: [String] = [""]
    var isQuoted = false
    for character in try text(name) {
      if character == "'" { isQuoted.toggle() }
      if character == ";", !isQuoted {
        statements.append("")
      } else {
        statements[statements.count - 1].append(character)
      }
    }
    return statements.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
  }

  static func run(_ name: String, on connection: Connection) async throws {
    for statement in try statements(name) { try await connection.execute(Query(unescaped: statement)) }
  }
}
