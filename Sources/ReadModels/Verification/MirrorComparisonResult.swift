/// What the comparison of one table has found.
public struct MirrorComparisonResult: Sendable, Hashable, CustomStringConvertible {
  /// `schema.table` of the source.
  public let table: String
  /// Rows in the source.
  public internal(set) var sourceRows = 0
  /// Live rows in the mirror.
  public internal(set) var mirrorRows = 0
  /// Rows that only the source has.
  public internal(set) var missing = 0
  /// Rows that only the mirror has.
  public internal(set) var extra = 0
  /// Rows that both have with different values.
  public internal(set) var different = 0
  /// Some of the differences, the first ones.
  public internal(set) var samples: [MirrorDifference] = []

  init(table: String) {
    self.table = table
  }

  /// All differences together.
  public var differences: Int { missing + extra + different }
  /// Whether both sides hold the same rows.
  public var isEqual: Bool { differences == 0 && sourceRows == mirrorRows }

  /// One line for a report.
  public var description: String {
    if isEqual { return "\(table): \(sourceRows) rows, no difference" }
    let counts = "\(missing) missing, \(extra) extra, \(different) different"
    let shown = samples.isEmpty ? "" : ": " + samples.map(\.description).joined(separator: "; ")
    return "\(table): \(sourceRows) rows in the source, \(mirrorRows) in the mirror, \(counts)\(shown)"
  }
}
