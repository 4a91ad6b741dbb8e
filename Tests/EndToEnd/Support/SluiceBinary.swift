import Foundation

/// The program under test.
enum SluiceBinary {
  struct Missing: Error, CustomStringConvertible {
    var path: String
    var description: String { "there is no \(path): build it with `swift build --product sluice`, or name one in SLUICE_TEST_BINARY" }
  }

  /// What `SLUICE_TEST_BINARY` names, or else `sluice` in the folder of the tests' own executable.
  static func path() throws -> String {
    var path = ProcessInfo.processInfo.environment["SLUICE_TEST_BINARY"] ?? ""
    if path.isEmpty {
      let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      path = own.deletingLastPathComponent().appendingPathComponent("sluice").path
    }
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
    return path
  }
}
