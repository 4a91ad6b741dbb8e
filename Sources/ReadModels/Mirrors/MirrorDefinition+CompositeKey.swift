/// The key of a document whose root has several key columns: their texts joined by commas, `7,a`.
///
/// A comma or a percent sign inside of a text is written as `%2C` or `%25`, so that two rows never have the same key.
extension MirrorDefinition {
  /// The generated column of a mirror that holds it.
  static let compositeKeyColumn = "_document_key"

  /// The expression that makes the key.
  static func compositeKey(_ columns: [MirrorColumn], _ name: (String) -> String) -> String {
    let parts = columns.map { column in
      let text = "\(name(column.name))::text"
      return ValueType(column.mirrorType) == .text ? "replace(replace(\(text), '%', '%25'), ',', '%2C')" : text
    }
    return "(" + parts.joined(separator: " || ',' || ") + ")"
  }

  /// The columns' values from a key, as a list of expressions.
  static func compositeKeyParts(_ columns: [MirrorColumn], of key: String) -> String {
    columns.enumerated().map { index, column in
      let part = "split_part(\(key), ',', \(index + 1))"
      let text = ValueType(column.mirrorType) == .text ? "replace(replace(\(part), '%2C', ','), '%25', '%')" : part
      // A varchar is looked up as one without its length.
      return ValueType(column.mirrorType) == .text ? text : "\(text)::\(column.mirrorType)"
    }.joined(separator: ", ")
  }

  /// The columns of its primary key, in the key's order.
  var keyColumns: [MirrorColumn] { key.map { columns[$0] } }
}
