import Foundation
import ReadModels

/// What a verification has found, for people and for machines.
struct VerifyReport: Encodable {
  var results: [VerificationResult]
  /// Rounded to tenths.
  var seconds: Double

  /// Whether nothing is left to mend.
  var isClean: Bool { results.allSatisfy(\.isClean) }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  func lines(isColored: Bool) -> [String] {
    results.flatMap { [line($0, isColored)] + $0.samples.flatMap(lines) } + [summary]
  }

  private var summary: String {
    let differences = results.reduce(0) { $0 + $1.differences }
    let repaired = results.reduce(0) { $0 + $1.repaired }
    let checked = results.reduce(0) { $0 + $1.checked }
    let unsettled = results.reduce(0) { $0 + $1.unsettled }
    var text = "\(checked) rows and documents, " + (differences == 0 ? "no difference" : "\(differences) different")
    if repaired > 0 { text += ", \(repaired) mended" }
    if unsettled > 0 { text += ", \(unsettled) were written too often to say" }
    return text
  }

  private func line(_ result: VerificationResult, _ isColored: Bool) -> String {
    var text = "\(result.name): \(result.checked) looked at"
    if result.differences == 0 {
      text += ", no difference"
    } else {
      text += ", \(result.missing) missing, \(result.extra) extra, \(result.different) different"
    }
    if result.repaired > 0 { text += ", \(result.repaired) mended" }
    if result.unsettled > 0 { text += ", \(result.unsettled) unsettled" }
    guard isColored else { return text }
    return "\u{1B}[\(result.isClean ? "32" : "31")m\(text)\u{1B}[0m"
  }

  private func lines(_ difference: VerificationResult.Difference) -> [String] {
    let columns = difference.columns.isEmpty ? "" : " (\(difference.columns.joined(separator: ", ")))"
    let mended = difference.isRepaired ? ", mended" : ""
    let values = (difference.values ?? [:]).sorted { $0.key < $1.key }.map { name, pair in
      "      \(name): \(pair.source ?? "NULL") | \(pair.mirror ?? "NULL")"
    }
    return ["  \(difference.kind) \(difference.key.joined(separator: ", "))\(columns)\(mended)"] + values
  }
}
