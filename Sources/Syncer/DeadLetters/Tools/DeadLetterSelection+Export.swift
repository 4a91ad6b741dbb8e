public import Foundation

extension DeadLetterSelection {
  /// The letters that lines of an export name, as `sluice dlq export` writes them; whatever else stands in the lines does not matter.
  ///
  /// - Throws: ``DeadLetterToolError`` (`invalid`) that names the line which is none, and where there is none at all: no letter would mean every letter.
  public static func places(exported lines: Data) throws -> Set<DeadLetterPlace> {
    struct Line: Decodable { var place: String }
    let decoder = JSONDecoder()
    var places: Set<DeadLetterPlace> = []
    for (index, line) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) else { continue }
      guard let read = try? decoder.decode(Line.self, from: Data(line)), let place = DeadLetterPlace(parsing: read.place) else {
        throw DeadLetterToolError(
          .invalid, "line \(index + 1): expected a letter as sluice dlq export writes it, one JSON object in a line (jq -c keeps it so)")
      }
      places.insert(place)
    }
    guard !places.isEmpty else { throw DeadLetterToolError(.invalid, "expected lines as sluice dlq export writes them, found none") }
    return places
  }
}
