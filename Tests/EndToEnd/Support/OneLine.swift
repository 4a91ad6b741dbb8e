import Runtime
import Testing

/// Expects that a run ends with this code, and that its last word is one clear line.
///
/// - Parameters:
///   - code: the exit code.
///   - words: what the line has to name: what is wrong, what was expected, what to do.
/// - Returns: the line.
@discardableResult
func expectOneLine(
  _ run: ProgramRun, code: ExitCode, naming words: [String], within limit: Duration = .seconds(30),
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
  let exit = try await run.exit(within: limit)
  #expect(exit == .code(code.rawValue), "\(run.tail)", sourceLocation: sourceLocation)
  // The one at the start tells that daemons end in order.
  let complaints = run.errorLines.filter { $0.hasPrefix("sluice ") || $0.contains("stopped by a failure") || $0.hasPrefix("Error: ") }
  #expect(complaints.count == 1, "one line that says it all:\n\(run.errors)", sourceLocation: sourceLocation)
  let line = complaints.last ?? ""
  for word in words { #expect(line.contains(word), "\(word) in: \(line)", sourceLocation: sourceLocation) }
  // Swift's own; a log's line begins with its time, and librdkafka has fatal errors that it names so.
  let crashes = run.errorLines.filter { $0.contains("Fatal error") && $0.first?.isNumber != true }
  #expect(crashes.isEmpty, "\(run.tail)", sourceLocation: sourceLocation)
  for word in ["Optional(", "PostgresError(", "KafkaError(", "SyncerError("] {
    #expect(!run.errors.contains(word), "\(run.tail)", sourceLocation: sourceLocation)
  }
  return line
}
