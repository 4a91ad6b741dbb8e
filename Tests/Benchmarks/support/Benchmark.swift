@preconcurrency import Dispatch
import Foundation

/// The frame of a benchmark's program: one line on standard error and an exit code when it fails, an orderly end on Ctrl-C.
public enum Benchmark {
  /// Runs `body` and ends the process: 0, or 1 where it threw, or what a ``BenchmarkFailure`` says.
  ///
  /// SIGINT and SIGTERM cancel `body`, so that it stops what it has started.
  public static func run(_ name: String, _ body: @escaping @Sendable () async throws -> Void) async -> Never {
    let work = Task { try await body() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { work.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    switch await work.result {
    case .success: exit(0)
    case .failure(let failure as BenchmarkFailure):
      say("\(name): \(failure)")
      exit(failure.exitCode)
    case .failure(let error):
      say("\(name): \(error)")
      exit(1)
    }
  }

  /// Writes a line to standard output, at once: results, one line each.
  public static func report(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// Writes a line to standard error: what is going on, as opposed to results.
  public static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
