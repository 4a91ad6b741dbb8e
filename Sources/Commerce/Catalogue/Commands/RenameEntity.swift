public import Commands
public import Postgres

/// `rename-brand`, `rename-seller`, `rename-category`, `rename-tag`: `{"brandId", "name"}`. Every product's document that shows the name follows.
public struct RenameEntity<Entity: CatalogueEntity>: Command {
  /// `rename-` and the noun.
  public static var name: String { "rename-\(Entity.noun)" }
  /// The noun.
  public static var aggregateType: String { Entity.noun }

  let id: Int64
  let name: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    id = try fields.identifier(Entity.idField)
    name = try fields.string("name")
  }

  /// The identifier of the body.
  public func aggregateID(on connection: Connection) async throws -> String { String(id) }

  /// Updates the row and its version.
  public func execute(in context: CommandContext) async throws -> Int64 {
    guard let version = try await context.catalogue.version(in: Entity.table, id: id) else { throw CommandError.notFound }
    try context.checkExpectedVersion(actual: version)
    try await context.catalogue.rename(in: Entity.table, id: id, to: name)
    return version + 1
  }
}
