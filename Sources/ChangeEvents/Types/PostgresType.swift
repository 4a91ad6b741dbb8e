/// A PostgreSQL data type as `pg_type` describes it.
public struct PostgresType: Sendable, Hashable {
  /// What kind of type this is; the letters are those of `pg_type.typtype`, arrays apart.
  public enum Kind: Sendable, Hashable {
    /// `b`: a base type such as `int4`.
    case base
    /// A true array type (`typcategory` is `A`).
    case array
    /// `e`: an enumeration.
    case `enum`
    /// `d`: a domain over another type.
    case domain
    /// `r`: a range.
    case range
    /// `m`: a multirange.
    case multirange
    /// `c`: a row type.
    case composite
    /// `p`: a pseudo type.
    case pseudo
  }

  /// `pg_type.oid`.
  public var oid: UInt32
  /// `pg_type.typname`, without schema: `int4`, `mood`.
  public var name: String
  /// The kind.
  public var kind: Kind
  /// `pg_type.typelem` of an array; 0 for all others.
  public var elementOID: UInt32
  /// `pg_type.typbasetype` of a domain; 0 for all others.
  public var baseOID: UInt32
  /// `pg_type.typtypmod` of a domain: the modifier it gives its base type; -1 where there is none.
  public var baseTypmod: Int32
  /// The labels of an enumeration in their order; empty for all others.
  public var labels: [String]
  /// `pg_type.typdelim`: what separates values of this type in an array. A comma for all but `box` and what extensions choose (PostGIS: a colon).
  public var delimiter: UInt8

  /// Describes a type.
  public init(
    oid: UInt32, name: String, kind: Kind = .base, elementOID: UInt32 = 0, baseOID: UInt32 = 0, baseTypmod: Int32 = -1,
    labels: [String] = [], delimiter: UInt8 = UInt8(ascii: ",")
  ) {
    self.oid = oid
    self.name = name
    self.kind = kind
    self.elementOID = elementOID
    self.baseOID = baseOID
    self.baseTypmod = baseTypmod
    self.labels = labels
    self.delimiter = delimiter
  }

  /// Describes a type from the columns of `pg_type`.
  ///
  /// - Parameters:
  ///   - typtype: `pg_type.typtype`, one letter.
  ///   - typcategory: `pg_type.typcategory`, one letter.
  ///   - typelem: `pg_type.typelem`; it counts only where the category says that this is an array, because
  ///     fixed-size types such as `point` and `name` have an element type, too.
  ///   - labels: `pg_enum.enumlabel` ordered by `enumsortorder`.
  ///   - typdelim: `pg_type.typdelim`, one character.
  public init(
    oid: UInt32, typname: String, typtype: String, typcategory: String, typelem: UInt32 = 0, typbasetype: UInt32 = 0,
    typtypmod: Int32 = -1, labels: [String] = [], typdelim: String = ","
  ) {
    let kind: Kind =
      switch typtype {
      case "e": .enum
      case "d": .domain
      case "r": .range
      case "m": .multirange
      case "c": .composite
      case "p": .pseudo
      default: typcategory == "A" && typelem != 0 ? .array : .base
      }
    self.init(
      oid: oid, name: typname, kind: kind, elementOID: kind == .array ? typelem : 0, baseOID: kind == .domain ? typbasetype : 0,
      baseTypmod: kind == .domain ? typtypmod : -1, labels: labels,
      delimiter: typdelim.utf8.first ?? UInt8(ascii: ","))
  }
}
