/// A column of a mirrored table.
public struct MirrorColumn: Sendable, Hashable {
  /// The name, the same on both sides.
  public var name: String
  /// `pg_attribute.atttypid` in the source.
  public var typeOID: UInt32
  /// `pg_attribute.atttypmod` in the source; -1 where there is none.
  public var typmod: Int32
  /// The type in the source as `format_type` writes it: `numeric(12,2)`, `mood`.
  public var sourceType: String
  /// The type in the mirror. The same, with two exceptions: an enumeration becomes `text`, so that a label added in the source needs no
  /// change here, and a domain becomes its base type, because its checks are the source's business.
  public var mirrorType: String
  /// Whether `mirrorType` is an array, which cannot be passed as an element of an array of rows' values.
  public var isArray: Bool
  /// Whether comparing values of this type depends on a collation.
  public var isCollatable: Bool
  /// What rows have that were there before the column was added with a constant default, as text; nil where there is none.
  public var existingValue: String?

  /// Describes a column.
  public init(
    name: String, typeOID: UInt32, typmod: Int32 = -1, sourceType: String, mirrorType: String? = nil, isArray: Bool = false,
    isCollatable: Bool = false
  ) {
    self.name = name
    self.typeOID = typeOID
    self.typmod = typmod
    self.sourceType = sourceType
    self.mirrorType = mirrorType ?? sourceType
    self.isArray = isArray
    self.isCollatable = isCollatable
  }
}
