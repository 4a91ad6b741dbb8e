import Foundation

/// The program under test.
public enum SluiceBinary {
  /// What `SLUICE_BINARY` names; else the release build of the project whose folder, or one below it, is the working directory.
  ///
  /// - Throws: ``BenchmarkFailure`` where there is none.
  /// Afterwards no variable whose name begins with `SLUICE_` is set: the daemons refuse those that they do not know, and those of an
  /// installation on this machine are not meant for them.
  public static func locate() throws -> URL {
    let environment = ProcessInfo.processInfo.environment
    for name in environment.keys where name.hasPrefix("SLUICE_") { unsetenv(name) }
    if let path = environment["SLUICE_BINARY"], !path.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw BenchmarkFailure("SLUICE_BINARY is \(path): expected an executable file")
      }
      return URL(fileURLWithPath: path).standardizedFileURL
    }
    for folder in [".", "../.."] {
      let path = folder + "/.build/release/sluice"
      if FileManager.default.isExecutableFile(atPath: path) { return URL(fileURLWithPath: path).standardizedFileURL }
    }
    throw BenchmarkFailure("no .build/release/sluice here: make release, or name the program in SLUICE_BINARY")
  }
}
