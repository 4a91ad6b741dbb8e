/// A read model of which several versions can exist side by side: what `sluice rebuild` can build anew from topics.
///
/// A handler in Swift is made fit for it by letting the schema of its tables be chosen:
///
/// ```swift
/// VersionedProjection(
///   name: "order", relations: [VersionedRelation(name: "orders"), VersionedRelation(name: "orders_waiting")]
/// ) { version in
///   [OrderHandler(name: version.handlerName(for: "order"), schema: version.schema(for: "public"), logger: logger)]
/// }
/// ```
public struct VersionedProjection: Sendable {
  /// The name that operators use: the live handler's.
  public var name: String
  /// All that the projection keeps in the read database, but offsets.
  public var relations: [VersionedRelation]
  /// The topics that its records come from; empty is all that the live group has positions in.
  public var topics: Set<String>
  /// The handlers that write a version, in order. They write to ``ReadModelVersion/schema(for:)`` alone; one that
  /// ``Handler/hasSideEffects`` is not called.
  public var handlers: @Sendable (ReadModelVersion) throws -> [any Handler]
  /// What computes a version from other tables of the read database; nil where that cannot be done.
  public var derived: (any DerivedVersion)?
  /// What an incremental snapshot would leave out, which a version that begins with one would lose; nil where it holds everything. By default the events
  /// themselves, as no table keeps them.
  public var missingFromSnapshots: String? = "its events, which no table keeps"
  /// What one key alone is made of: of this table where the projection has several, with these values; nil where keys cannot be made alone.
  public var key: (@Sendable (_ table: String?, _ values: [String]) throws -> VersionedKey)?

  /// A projection that can be built anew.
  public init(
    name: String, relations: [VersionedRelation], topics: Set<String> = [],
    handlers: @escaping @Sendable (ReadModelVersion) throws -> [any Handler]
  ) {
    self.name = name
    self.relations = relations
    self.topics = topics
    self.handlers = handlers
  }
}
