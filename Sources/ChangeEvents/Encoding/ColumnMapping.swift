/// What becomes of a column's value after it was converted: Debezium's `column.mask.*` and `column.truncate.*`.
public enum ColumnMapping: Sendable, Hashable {
  /// `column.mask.with.N.chars`: so many asterisks, in place of NULL, too.
  case mask(count: Int)
  /// `column.mask.hash.…`: the digest of the salt and the value in hexadecimal, no longer than the column; NULL stays.
  case hash(DigestAlgorithm, salt: [UInt8], HashInput)
  /// `column.truncate.to.N.chars`: the first UTF-16 units of a text, the first bytes of a binary value.
  case truncate(to: Int)

  /// What of a text is hashed.
  public enum HashInput: Sendable, Hashable {
    /// `column.mask.hash`: the string as Java serializes it.
    case serialized
    /// `column.mask.hash.v2`: its UTF-8.
    case text
  }

  /// What a record's schema says of the column (`org.apache.kafka.connect.data.Schema.parameters`); nil for nothing.
  ///
  /// - Parameters:
  ///   - type: the column's type OID.
  ///   - typmod: its modifier.
  public func parameter(type: UInt32, typmod: Int32, catalog: TypeCatalog) -> (name: String, value: String)? {
    switch self {
    case .mask, .hash: return ("masked", "true")
    case .truncate(let limit):
      guard let (type, typmod) = catalog.resolve(type, typmod: typmod), ColumnLength.of(type, typmod) > limit else { return nil }
      return ("truncateLength", String(limit))
    }
  }
}
