/// A set of columns by their numbers; small tables, which are nearly all, need no allocation.
struct ColumnMask: Hashable, Sendable {
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  /// Whether the column is in the set.
  func contains(_ column: Int) -> Bool {
    if column < 64 { return low & (1 << UInt64(column)) != 0 }
    let word = column / 64 - 1
    return word < high.count && high[word] & (1 << UInt64(column % 64)) != 0
  }

  /// Adds a column.
  mutating func insert(_ column: Int) {
    if column < 64 {
      low |= 1 << UInt64(column)
    } else {
      let word = column / 64 - 1
      while high.count <= word { high.append(0) }
      high[word] |= 1 << UInt64(column % 64)
    }
  }
}
