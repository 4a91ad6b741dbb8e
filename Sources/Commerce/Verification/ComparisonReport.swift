/// What a comparison of write side and documents found.
public struct ComparisonReport: Sendable, Hashable {
  /// How many differences are kept with their keys.
  public static let maximumSamples = 20

  /// Aggregates of the write side that were compared.
  public private(set) var compared = 0
  /// All differences.
  public private(set) var differences = 0
  /// The first of them.
  public private(set) var samples: [DocumentDifference] = []

  /// Nothing compared yet.
  public init() {}

  mutating func add(compared count: Int) { compared += count }

  mutating func add(_ difference: DocumentDifference) {
    differences += 1
    if samples.count < Self.maximumSamples { samples.append(difference) }
  }
}
