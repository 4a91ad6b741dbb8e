import Capture
import Foundation
import Runtime

/// Connector files as the command line and the configuration name them.
enum ConnectorFiles {
  /// Reads and checks them; a folder stands for the JSON files in it, by name.
  ///
  /// `${env:SLUICE_WRITE_DATABASE_…}` in a file finds what `write.database` is configured to, so that one place says where the database is;
  /// a variable that is really set wins.
  static func load(_ paths: [String], overrides: [String] = [], configuration: Configuration) throws -> [ConnectorConfiguration] {
    let environment = try self.environment(configuration)
    return try files(paths, overrides: overrides).map { try ConnectorConfiguration($0, environment: environment) }
  }

  /// Reads the files; what they hold is not checked.
  static func files(_ paths: [String], overrides: [String] = []) throws -> [ConnectorFile] {
    try paths.flatMap(expand).map { path in
      var file = try ConnectorFile(path: path)
      try file.apply(overrides: overrides)
      return file
    }
  }

  /// Everything that is wrong with them, each with its file; nothing if all can be used.
  static func problems(_ paths: [String], overrides: [String] = [], configuration: Configuration) throws -> [CaptureError] {
    let environment = try self.environment(configuration)
    return try paths.flatMap(expand).flatMap { path -> [CaptureError] in
      do {
        var file = try ConnectorFile(path: path)
        try file.apply(overrides: overrides)
        return ConnectorConfiguration.problems(of: file, environment: environment)
      } catch let error as CaptureError {
        return [error]
      }
    }
  }

  /// What `${env:…}` refers to: the process's variables, and those of `write.database`.
  static func environment(_ configuration: Configuration) throws -> [String: String] {
    let keys = Keys.Write.database
    let settings = try DatabaseSettings(configuration, keys)
    var result = [
      keys.host.environmentName: settings.host, keys.port.environmentName: String(settings.port),
      keys.user.environmentName: settings.user, keys.database.environmentName: settings.database,
      keys.password.environmentName: settings.password?.exposed ?? "",
    ]
    result.merge(ProcessInfo.processInfo.environment) { $1 }
    return result
  }

  private static func expand(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.sorted()
    return names.map { path + "/" + $0 }
  }
}
