/// The versions of a message in which a field exists, as Kafka's protocol guide writes them: `0+`, `3-7`.
struct FieldVersions: Hashable, Sendable {
  var lower: Int16
  var upper: Int16

  /// In every version.
  static let all = FieldVersions(lower: 0, upper: .max)
  /// In no version.
  static let never = FieldVersions(lower: 1, upper: 0)

  static func since(_ lower: Int16) -> Self { FieldVersions(lower: lower, upper: .max) }
  static func upTo(_ upper: Int16) -> Self { FieldVersions(lower: 0, upper: upper) }
  static func only(_ versions: ClosedRange<Int16>) -> Self { FieldVersions(lower: versions.lowerBound, upper: versions.upperBound) }

  func contains(_ version: Int16) -> Bool { version >= lower && version <= upper }
}
