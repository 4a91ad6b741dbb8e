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
    let rows = try await context.connection.query("SELECT version FROM public.\(identifier: Entity.table) WHERE id = \(id)")
    guard let row = rows.first else { throw CommandError.notFound }
    let version = try row["version", as: Int64.self]
    try context.checkExpectedVersion(actual: version)
    try await context.connection.execute(
      "UPDATE public.\(identifier: Entity.table) SET name = \(name), version = version + 1 WHERE id = \(id)")
    return version + 1
  }
}
