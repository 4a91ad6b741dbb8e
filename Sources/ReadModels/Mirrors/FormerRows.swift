/// Values of stored rows, by their keys: what rows whose key has changed since could not bring along.
struct FormerRows {
  /// What to read.
  struct Wanted {
    private(set) var keys: Set<RowKey> = []
    private(set) var columns: Set<Int> = []

    var isEmpty: Bool { keys.isEmpty }

    mutating func insert(_ key: RowKey, _ column: Int) {
      keys.insert(key)
      columns.insert(column)
    }
  }

  private var texts: [RowKey: [Int: [UInt8]?]] = [:]

  /// Takes in a value as text; nil is NULL.
  mutating func insert(_ text: [UInt8]?, _ key: RowKey, _ column: Int) { texts[key, default: [:]][column] = .some(text) }

  /// A value as text: nil where the row is not stored, `.some(nil)` where the value is NULL.
  subscript(key: RowKey, column: Int) -> [UInt8]?? { texts[key]?[column] }
}
