/// A table as the catalogue describes it: what a Relation message leaves out.
struct TableDescription: Hashable, Sendable {
  struct Column: Hashable, Sendable {
    var name: String
    var typeOID: UInt32
    var typeModifier: Int32
    var isOptional: Bool
    /// The expression of the default value, as `pg_get_expr` prints it; nil for none.
    var defaultExpression: String?
    /// `COMMENT ON COLUMN`; nil for none.
    var comment: String?
    /// Whether the stream carries it, and a snapshot with it; see ``SourceCatalog/publication``.
    var isPublished = true
  }

  var oid: UInt32
  var schema: String
  var name: String
  var identity: RelationDescription.ReplicaIdentity
  var columns: [Column]
  /// The primary key in its own order; without one, the columns of the first unique index by name, as Debezium takes them.
  var keyColumns: [String]
  /// What the replica identity carries, for checks.
  var identityColumns: [String]

  var qualifiedName: String { "\(schema).\(name)" }

  /// The Relation message that the stream would send: for rows that a snapshot reads.
  var relation: RelationDescription {
    RelationDescription(
      id: oid, schema: schema, name: name, identity: identity,
      columns: columns.filter(\.isPublished).map {
        .init(isIdentity: identityColumns.contains($0.name), name: $0.name, typeOID: $0.typeOID, typeModifier: $0.typeModifier)
      })
  }
}
