import Foundation
import Runtime
import TestSupport

/// One run of a program in a folder of the test's own: standard output and standard error go to a file each.
final class ProgramRun: Sendable {
  /// For messages and file names.
  let name: String
  private let process: ManagedProcess
  private let outputFile: URL
  private let errorFile: URL

  /// Starts `words` in `folder`.
  ///
  /// - Parameter environment: added to the test's own.
  init(_ name: String, _ words: [String], in folder: URL, environment: [String: String] = [:]) throws {
    self.name = name
    let number = uniqueName(name)
    outputFile = folder.appendingPathComponent("\(number).out")
    errorFile = folder.appendingPathComponent("\(number).err")
    let (folder, outputFile) = (folder.path, outputFile.path)
    // The shell gives its place to the program, which so keeps the process ID that signals are sent to.
    process = ManagedProcess(
      name: name, executable: URL(fileURLWithPath: "/bin/sh"),
      arguments: ["-c", "cd \"$1\" && exec >>\"$2\" && shift 2 && exec \"$@\"", "sh", folder, outputFile] + words, logFile: errorFile
    ) { environment }
    try process.start()
  }

  /// What it has written to standard output.
  var output: String { Self.text(outputFile) }
  /// The same by lines.
  var outputLines: [String] { output.split(separator: "\n").map(String.init) }
  /// What it has written to standard error.
  var errors: String { Self.text(errorFile) }
  /// The same by lines.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  /// Whether a signal has a handler of the program's own by now: `/proc` knows.
  func catches(_ signal: Int32) -> Bool {
    guard let id = process.processID, let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
      let mask = line.split(separator: "\t").last.flatMap({ UInt64($0, radix: 16) })
    else { return false }
    return mask & (1 << UInt64(signal - 1)) != 0
  }

  /// Whether it has not ended.
  var isRunning: Bool { process.processID != nil }

  /// Sends a signal.
  func send(_ signal: Int32) { process.send(signal) }

  /// Waits for its end.
  ///
  /// - Throws: `NotInTime` with the end of its log.
  @discardableResult
  func exit(within limit: Duration = .seconds(30)) async throws -> ManagedProcess.Exit {
    if let exit = await process.wait(atMost: limit) { return exit }
    throw NotInTime(what: "the end of \(name), whose log ends with: \(tail)", limit: limit)
  }

  /// SIGKILL, and waits until it is gone.
  func kill() async throws {
    send(SIGKILL)
    try await exit(within: .seconds(10))
  }

  /// SIGTERM, and waits for its end.
  func terminate(within limit: Duration = .seconds(30)) async throws -> ManagedProcess.Exit {
    send(SIGTERM)
    return try await exit(within: limit)
  }

  /// The last lines of its log.
  var tail: String { errorLines.suffix(8).joined(separator: "\n") }

  private static func text(_ file: URL) -> String {
    (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
