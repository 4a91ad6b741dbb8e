/// Values of one column, each with the highest LSN of the rows that had it.
typealias TouchedValues = [String: Int64]

extension TouchedValues {
  /// Adds a value, or raises its LSN.
  mutating func touch(_ value: String, lsn: Int64) {
    self[value] = Swift.max(self[value] ?? .min, lsn)
  }

  /// Adds all values of another set.
  mutating func touch(_ others: TouchedValues) {
    for (value, lsn) in others { touch(value, lsn: lsn) }
  }
}
