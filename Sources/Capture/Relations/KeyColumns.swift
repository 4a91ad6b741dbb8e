/// `message.key.columns`: `<schema>.<table>:<column>,<column>;…`, where table and columns are regular expressions.
enum KeyColumns {
  /// Each column becomes an expression over `schema.table.column`, as in Debezium; they stand in the key in this order.
  static func parse(_ reader: SettingsReader) throws(CaptureError) -> [NamePattern] {
    let key = "message.key.columns"
    guard let value = reader.text(key) else { return [] }
    var patterns: [NamePattern] = []
    for entry in value.split(separator: ";") where !String(entry).trimmingSpace().isEmpty {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      let columns =
        parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpace() } : []
      guard let table = parts.first, !table.isEmpty, !columns.isEmpty, columns.allSatisfy({ !$0.isEmpty }) else {
        throw reader.error(key, value, "expected <schema>.<table>:<column>,<column>;…")
      }
      for column in columns { patterns.append(try reader.pattern("\(table).\(column)", key: key)) }
    }
    return patterns
  }

  /// The key's columns: by expression, then in the table's order; empty if no entry matches (then the primary key counts).
  static func select(_ patterns: [NamePattern], schema: String, table: String, columns: [String]) -> [Int] {
    var selected: [Int] = []
    for pattern in patterns {
      for i in columns.indices where !selected.contains(i) && pattern.matches("\(schema).\(table).\(columns[i])") { selected.append(i) }
    }
    return selected
  }
}
