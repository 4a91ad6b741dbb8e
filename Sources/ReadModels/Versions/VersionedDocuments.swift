public import Logging
public import Postgres
public import Syncer

/// A document projection whose documents can be computed anew from the mirrors, beside the live ones.
///
/// A trigger on the live table notes the keys that change meanwhile: whatever writes a document (the syncer, a fan-out, a repair) is
/// followed, and nobody has to know of it.
public struct VersionedDocuments: DerivedVersion {
  private let definition: DocumentDefinition
  private let mirrors: MirrorSet
  private let logger: Logger

  /// - Parameter mirrors: those that the documents are made from, as their ``DocumentProjection`` has them.
  public init(_ definition: DocumentDefinition, mirrors: MirrorSet, logger: Logger) throws {
    self.definition = definition
    self.mirrors = try mirrors.serving([definition])
    self.logger = logger
  }

  /// What `sluice rebuild document.<name>` builds.
  public var projection: VersionedProjection {
    var projection = VersionedProjection(
      name: "document." + definition.name, relations: [VersionedRelation(schema: definition.schema, name: definition.table)]
    ) { _ in [] }
    projection.derived = self
    return projection
  }

  private func store(_ version: ReadModelVersion) -> DocumentVersionStore {
    DocumentVersionStore(definition: definition, mirrors: mirrors, version: version)
  }

  /// Creates the version's table.
  public func prepare(_ version: ReadModelVersion, _ connection: Connection) async throws {
    try await DocumentProjection(store(version).placed, mirrors: mirrors, logger: logger).prepare(connection)
    // A document table that was never live: the projection is new.
    try await DocumentProjection(definition, mirrors: mirrors, logger: logger).prepare(connection)
  }

  /// Puts a trigger on the live table.
  public func capture(_ version: ReadModelVersion, _ connection: Connection) async throws { try await store(version).capture(connection) }

  /// Computes the documents of the next root rows.
  public func copy(
    _ version: ReadModelVersion, after last: String?, limit: Int, in transaction: Connection
  ) async throws -> (count: Int, last: String?) {
    try await store(version).copy(after: last, limit: limit, transaction)
  }

  /// Computes the documents whose live ones have changed.
  public func follow(_ version: ReadModelVersion, limit: Int, in transaction: Connection) async throws -> Int {
    try await store(version).follow(limit: limit, transaction)
  }

  /// Root rows after `last`, as the planner estimates them where all are meant.
  public func count(after last: String?, _ connection: Connection) async throws -> Int64 {
    try await store(ReadModelVersion(projection: projection.name, number: 1)).count(after: last, connection)
  }

  /// Changes that wait.
  public func waiting(_ version: ReadModelVersion, _ connection: Connection) async throws -> Int64 {
    try await store(version).waiting(connection)
  }

  /// Takes as changed all documents that differ in version, position or time.
  public func compare(_ version: ReadModelVersion, _ connection: Connection) async throws { try await store(version).compare(connection) }

  /// Takes the trigger away.
  public func release(_ version: ReadModelVersion, _ transaction: Connection) async throws { try await store(version).release(transaction) }

  /// Computes one live document again, where it differs from what is stored, or is missing.
  ///
  /// - Returns: whether it differed.
  public func rebuild(key: String, on connection: Connection) async throws -> Bool {
    try await connection.transaction { transaction in
      try await store(ReadModelVersion(projection: projection.name, number: 1)).recomputeLive(key, transaction)
    }
  }
}
