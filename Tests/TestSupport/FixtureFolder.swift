public import Foundation
public import Postgres

/// A folder of files that tests read, beside the sources of a test target.
public struct FixtureFolder: Sendable {
  /// The folder.
  public let url: URL

  /// `Fixtures` beside the caller's file, or the `Fixtures` of another test target.
  ///
  /// - Parameters:
  ///   - target: the target's folder below `Tests`; nil is the caller's own.
  ///   - file: the caller's file.
  public init(of target: String? = nil, file: String = #filePath) {
    let own = URL(fileURLWithPath: file).deletingLastPathComponent()
    guard let target else {
      url = own.appendingPathComponent("Fixtures")
      return
    }
    var tests = own
    while tests.lastPathComponent != "Tests", tests.path != "/" { tests.deleteLastPathComponent() }
    url = tests.appendingPathComponent(target).appendingPathComponent("Fixtures")
  }

  /// A file's text.
  public func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  /// A file's lines, empty ones left out.
  public func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init)
  }

  /// The statements of a script, each to be run by itself: a transaction of its own unless the script begins one.
  public func statements(_ name: String) throws -> [String] {
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

  /// Runs a script's statements one by one.
  public func run(_ name: String, on connection: Connection) async throws {
    for statement in try statements(name) { try await connection.execute(Query(unescaped: statement)) }
  }
}
