public import Commands
public import Postgres

/// `register-brand`, `register-seller`, `register-category`, `register-tag`: `{"name", "brandId"?}`.
public struct RegisterEntity<Entity: CatalogueEntity>: Command {
  /// `register-` and the noun.
  public static var name: String { "register-\(Entity.noun)" }
  /// The noun.
  public static var aggregateType: String { Entity.noun }

  let id: Int64?
  let name: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    id = try fields.optionalIdentifier(Entity.idField)
    name = try fields.string("name")
  }

  /// The caller's identifier, or the sequence's next.
  public func aggregateID(on connection: Connection) async throws -> String {
    if let id { return String(id) }
    return String(try await CatalogueStore(connection: connection).nextIdentifier(for: Entity.table))
  }

  /// Inserts the row with version 1.
  public func execute(in context: CommandContext) async throws -> Int64 {
    guard let id = Int64(context.aggregateID) else { throw CommandError.notFound }
    try context.checkExpectedVersion(actual: 0)
    guard try await context.catalogue.insert(into: Entity.table, id: id, name: name) else {
      throw CommandError.rejected(rule: "\(Entity.noun) \(id) exists already")
    }
    return 1
  }
}
