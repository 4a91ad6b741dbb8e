/// Whether a text that a client sent can be a key: asked before the text goes to the database, where a wrong one is an error of the query.
enum DocumentKey {
  static func isValid(_ text: String, type: String) -> Bool {
    switch type.lowercased() {
    case "bigint", "int8": Int64(text) != nil
    case "integer", "int", "int4": Int32(text) != nil
    case "smallint", "int2": Int16(text) != nil
    case "uuid": isUUID(text)
    default: !text.utf8.contains(0)
    }
  }

  private static func isUUID(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }
}
