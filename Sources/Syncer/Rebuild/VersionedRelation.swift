/// A table or view that belongs to a projection, where it is live.
public struct VersionedRelation: Hashable, Sendable {
  /// Its schema.
  public var schema: String
  /// Its name, the same in all versions.
  public var name: String

  /// Names a relation.
  public init(schema: String = "public", name: String) {
    self.schema = schema
    self.name = name
  }
}
