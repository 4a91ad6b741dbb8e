internal import Foundation

/// Where `initdb`, `pg_ctl` and `postgres` are.
public struct PostgresBinaries: Sendable, Hashable {
  let folder: String

  var initdb: String { folder + "/initdb" }
  var control: String { folder + "/pg_ctl" }

  /// - Parameter dataVersion: the major version that made an existing cluster (its file `PG_VERSION`); no other can open it.
  static func find(
    named: String?, dataVersion: String?, path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) throws -> PostgresBinaries {
    if let named {
      guard isComplete(named) else { throw LocalPostgresError("no initdb, pg_ctl and postgres in \(named); check the configured folder") }
      return PostgresBinaries(folder: named)
    }
    if let dataVersion {
      // Debian and Red Hat keep each major version in a folder of its own.
      for folder in ["/usr/lib/postgresql/\(dataVersion)/bin", "/usr/pgsql-\(dataVersion)/bin"] where isComplete(folder) {
        return PostgresBinaries(folder: folder)
      }
    }
    for folder in path.split(separator: ":") {
      // A link in PATH leads to the folder that has all the programs.
      let control = URL(fileURLWithPath: folder + "/pg_ctl").resolvingSymlinksInPath()
      let real = control.deletingLastPathComponent().path
      if isComplete(real) { return PostgresBinaries(folder: real) }
    }
    let root = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Double($0) }.sorted(by: >)
    for version in versions {
      let text = version == version.rounded() ? String(Int(version)) : String(version)
      if isComplete("\(root)/\(text)/bin") { return PostgresBinaries(folder: "\(root)/\(text)/bin") }
    }
    throw LocalPostgresError(
      "initdb, pg_ctl and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin; install the package \"postgresql\" (make setup)")
  }

  /// The path of a program that comes with the server, such as `pgbench`.
  ///
  /// - Throws: ``LocalPostgresError`` where it is not to be found.
  public static func locate(_ program: String) throws -> String {
    let path = try find(named: nil, dataVersion: nil).folder + "/" + program
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw LocalPostgresError("\(program) is not at \(path); install the package \"postgresql\" (make setup)")
    }
    return path
  }

  private static func isComplete(_ folder: String) -> Bool {
    ["initdb", "pg_ctl", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: folder + "/" + $0) }
  }
}
