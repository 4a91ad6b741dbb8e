import ArgumentParser
import Capture
import Foundation
import Runtime

/// Turns what a subcommand throws into one line on standard error and the exit code that says which kind it was.
enum Running {
  static func reporting(_ name: String, _ body: () async throws -> Void) async throws {
    do { try await body() } catch let exit as ArgumentParser.ExitCode { throw exit } catch {
      FileHandle.standardError.write(Data("sluice \(name): \(line(error))\n".utf8))
      throw ArgumentParser.ExitCode(code(of: error).rawValue)
    }
  }

  /// One line: an error's own words, without line breaks.
  static func line(_ error: any Error) -> String {
    String(describing: error).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  private static func code(of error: any Error) -> Runtime.ExitCode {
    switch error {
    case is ConfigurationError: .configuration
    case let error as CaptureError: error.exitCode == 78 ? .configuration : .failed
    case let error as SupervisorError where error.isConfiguration: .configuration
    default: .failed
    }
  }
}
