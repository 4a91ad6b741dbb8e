import ArgumentParser
import Capture
import Foundation
import Kafka
import Postgres
import ReadModels
import Runtime
import Syncer

/// Turns what a subcommand throws into one line on standard error and the exit code that says which kind it was.
enum Running {
  static func reporting(_ name: String, _ body: () async throws -> Void) async throws {
    do { try await body() } catch let exit as ArgumentParser.ExitCode { throw exit } catch let usage as ValidationError {
      throw usage
    } catch {
      FileHandle.standardError.write(Data("sluice \(name): \(line(error))\n".utf8))
      throw ArgumentParser.ExitCode(code(of: error).rawValue)
    }
  }

  /// One line: an error's own words, without line breaks.
  static func line(_ error: any Error) -> String {
    String(describing: error).split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  /// Whose turn it is: the configuration's, when starting again cannot help before somebody has changed something.
  static func code(of error: any Error) -> Runtime.ExitCode {
    switch error {
    case is ConfigurationError, is MirrorError: .configuration
    case let error as CaptureError: error.exitCode == 78 ? .configuration : .failed
    case let error as SupervisorError where error.isConfiguration: .configuration
    case let error as SyncerError:
      [.configuration, .fencedInstance].contains(error.code) ? .configuration : error.cause.map(code(of:)) ?? .failed
    case let error as SinkFailure: code(of: error.cause)
    case let error as KafkaError: error.code == .invalidArgument ? .configuration : .failed
    case let error as PostgresError: error.sqlState.map(refusals.contains) == true ? .configuration : .failed
    default: .failed
    }
  }

  /// The login, the database or a right is missing: PostgreSQL will say the same next time.
  private static let refusals: Set<SQLState> = [
    .invalidPassword, SQLState(rawValue: "28000"), .unknownDatabase, .insufficientPrivilege,
  ]
}
