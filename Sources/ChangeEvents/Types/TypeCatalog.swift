/// The types that a database knows: PostgreSQL's own by their fixed OIDs, and those loaded from `pg_type`.
///
/// A value type: a reader that meets an unknown OID loads the row, adds it and builds its encoders anew.
public struct TypeCatalog: Sendable {
  private var types: [UInt32: PostgresType]

  /// A catalogue of the built-in types and `types`, which win over a built-in of the same OID.
  public init(_ types: some Sequence<PostgresType> = []) {
    self.types = BuiltinTypes.byOID
    add(types)
  }

  /// Adds or replaces types.
  public mutating func add(_ types: some Sequence<PostgresType>) {
    for type in types { self.types[type.oid] = type }
  }

  /// The type with an OID, nil if it is neither built in nor loaded.
  public subscript(oid: UInt32) -> PostgresType? { types[oid] }

  /// The type below all domains, with the modifier that counts for it.
  ///
  /// A column of a domain has the modifier -1 itself; the domain's own (`create domain price as numeric(10,2)`) is used.
  /// - Returns: nil if a type on the way is unknown, or the domains go in a circle.
  public func resolve(_ oid: UInt32, typmod: Int32) -> (type: PostgresType, typmod: Int32)? {
    var oid = oid
    var typmod = typmod
    for _ in 0..<32 {
      guard let type = types[oid] else { return nil }
      guard type.kind == .domain else { return (type, typmod) }
      if type.baseTypmod != -1 { typmod = type.baseTypmod }
      oid = type.baseOID
    }
    return nil
  }
}
