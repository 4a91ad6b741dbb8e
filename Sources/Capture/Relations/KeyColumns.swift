/// `message.key.columns`: `<schema>.<table>:<column>,<column>;…`, where table and columns are regular expressions.
enum KeyColumns {
  /// Each entry becomes an expression over `schema.table.column`, as in Debezium.
  static func parse(_ reader: SettingsReader) throws(CaptureError) -> [NamePattern] {
    let key = "message.key.columns"
    guard let value = reader.text(key) else { return [] }
    var patterns: [NamePattern] = []
    for entry in value.split(separator: ";") {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw reader.error(key, value, "expected <schema>.<table>:<column>,<column>;…")
      }
      for column in parts[1].split(separator: ",") {
        patterns.append(try reader.pattern("\(parts[0]).\(String(column).trimmingSpace())", key: key))
      }
    }
    return patterns
  }

  /// The key's columns, in the table's order; empty if no entry matches (then the primary key counts).
  static func select(_ patterns: [NamePattern], schema: String, table: String, columns: [String]) -> [Int] {
    columns.indices.filter { i in patterns.contains { $0.matches("\(schema).\(table).\(columns[i])") } }
  }
}
