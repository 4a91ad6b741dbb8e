internal import Postgres

/// Rows of one table that carry the same columns, as one array per column: what one statement writes.
struct MirrorRowSet {
  /// The columns' numbers, ascending; the key's are always among them.
  let columns: [Int]
  /// One per column.
  var values: [ColumnArray]
  var lsns: BinaryArray
  var afters: BinaryArray
  var times: BinaryArray
  var deleted: BinaryArray
  var count = 0

  /// - Parameter definition: the table's, whose columns `columns` are.
  init(columns: [Int], of definition: MirrorDefinition, reservingRows rows: Int) {
    self.columns = columns
    values = columns.map { ColumnArray(of: definition.columns[$0].parameterType, reservingBytes: rows * 16) }
    lsns = BinaryArray(of: .int8, reservingBytes: rows * 12)
    afters = BinaryArray(of: .int8, reservingBytes: rows * 12)
    times = BinaryArray(of: .timestamptz, reservingBytes: rows * 12)
    deleted = BinaryArray(of: .bool, reservingBytes: rows * 5)
  }

  /// Adds what every row has beside its columns.
  mutating func appendVersion(_ version: RowVersion, committedAt: Int64) {
    lsns.append(version.lsn)
    if let after = version.after { afters.append(after) } else { afters.appendNull() }
    times.append(microsecondsSince1970: committedAt)
    deleted.append(version.isDelete)
    count += 1
  }
}
