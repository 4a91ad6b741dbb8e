internal import ChangeEvents

/// `column.mask.*` and `column.truncate.*`: which columns' values are masked, hashed or shortened.
struct ColumnMappings: Sendable {
  private struct Rule: Sendable {
    var columns: [NamePattern]
    var mapping: ColumnMapping
  }

  /// In Debezium's order, of which the first that matches a column counts.
  private var rules: [Rule] = []

  /// - Throws: `CaptureError` (configuration) for a key that is none of the documented forms.
  init(_ reader: SettingsReader) throws(CaptureError) {
    var ranked: [(rank: Int, rule: Rule)] = []
    for key in reader.settings.keys.sorted() where key.hasPrefix("column.mask.") || key.hasPrefix("column.truncate.") {
      let (rank, mapping) = try Self.mapping(key, reader)
      guard let columns = try reader.patterns(key) else { continue }
      ranked.append((rank, Rule(columns: columns, mapping: mapping)))
    }
    for rank in 0...3 { rules += ranked.filter { $0.rank == rank }.map(\.rule) }
  }

  /// What becomes of a column's values; nil leaves them. Keys keep theirs, as in Debezium.
  func mapping(schema: String, table: String, column: String) -> ColumnMapping? {
    let name = "\(schema).\(table).\(column)"
    return rules.first { $0.columns.contains { $0.matches(name) } }?.mapping
  }

  private static func mapping(_ key: String, _ reader: SettingsReader) throws(CaptureError) -> (rank: Int, ColumnMapping) {
    if let count = number(in: key, "column.truncate.to.", ".chars") { return (0, .truncate(to: count)) }
    if let count = number(in: key, "column.mask.with.", ".chars") { return (1, .mask(count: count)) }
    for (rank, prefix, input) in [
      (3, "column.mask.hash.v2.", ColumnMapping.HashInput.text), (2, "column.mask.hash.", .serialized),
    ] where key.hasPrefix(prefix) {
      let rest = key.dropFirst(prefix.count)
      let marker = ".with.salt."
      guard let range = rest.ranges(of: marker).first, !rest[..<range.lowerBound].isEmpty, !rest[range.upperBound...].isEmpty else { break }
      let name = String(rest[..<range.lowerBound])
      guard let algorithm = DigestAlgorithm(javaName: name) else {
        throw .configuration(
          "\(reader.origin): key \"\(prefix)\(name).with.salt.…\": the algorithm \"\(name)\" is not known; expected one of "
            + DigestAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return (rank, .hash(algorithm, salt: Array(rest[range.upperBound...].utf8), input))
    }
    throw .configuration(
      "\(reader.origin): key \"\(key)\" is not known; expected column.mask.with.<number>.chars, column.truncate.to.<number>.chars, "
        + "column.mask.hash.<algorithm>.with.salt.<salt> or column.mask.hash.v2.<algorithm>.with.salt.<salt>")
  }

  private static func number(in key: String, _ prefix: String, _ suffix: String) -> Int? {
    guard key.hasPrefix(prefix), key.hasSuffix(suffix), key.count > prefix.count + suffix.count else { return nil }
    let digits = key.dropFirst(prefix.count).dropLast(suffix.count)
    // More than a value's largest size would only overflow.
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int32(digits) else { return nil }
    return Int(count)
  }
}
