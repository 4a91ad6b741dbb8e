import Capture
import Foundation

/// Findings as lines for people.
enum DoctorText {
  /// Whether standard output is a terminal that shows colours (https://no-color.org).
  static var isTerminal: Bool { isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty }

  static func lines(_ report: DoctorReport, isColored: Bool, hasHeading: Bool) -> [String] {
    let heading = hasHeading ? ["\(report.connector):"] : []
    let counts = [(report.count(.error), "error"), (report.count(.warning), "warning"), (report.count(.unknown), "unknown")]
    let summary = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 || $0.1 == "unknown" ? "" : "s")" }
    return heading + report.findings.map { line($0, isColored: isColored) } + [
      summary.isEmpty ? "all is well" : summary.joined(separator: ", ")
    ]
  }

  private static func line(_ finding: Finding, isColored: Bool) -> String {
    let word = finding.severity.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
    let colour =
      switch finding.severity {
      case .ok: "32"
      case .warning: "33"
      case .error: "31"
      case .unknown: "35"
      }
    let subject = finding.subject.map { " \($0)" } ?? ""
    let advice = finding.advice.map { "; \($0)" } ?? ""
    let text = "\(finding.check)\(subject): \(finding.message)\(advice)".split(whereSeparator: \.isNewline).joined(separator: " ")
    return (isColored ? "\u{1B}[\(colour)m\(word)\u{1B}[0m" : word) + text
  }
}
