/// Names in SQL.
enum SQLName {
  /// A name in double quotes, quotes inside doubled.
  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// `"schema"."table"`.
  static func qualified(_ schema: String, _ table: String) -> String { quoted(schema) + "." + quoted(table) }

  /// A string literal that is right whatever `standard_conforming_strings` says.
  static func literal(_ text: String) -> String {
    let doubled = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    guard doubled.contains("\\") else { return "'" + doubled + "'" }
    return " E'" + doubled.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\") + "'"
  }
}
