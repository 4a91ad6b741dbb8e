public import Commands
import Postgres

/// `add-option-group`: `{"productId", "groupId"?, "name"}`.
public struct AddOptionGroup: ProductCommand {
  /// `add-option-group`.
  public static let name = "add-option-group"
  /// The product.
  public let productID: Int64
  let groupID: Int64?
  let name: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    groupID = try fields.optionalIdentifier("groupId")
    name = try fields.string("name")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    if let groupID, try await context.exists("option_groups", id: groupID) {
      throw CommandError.rejected(rule: "option group \(groupID) exists already")
    }
    let id = if let groupID { groupID } else { try await CatalogueSequence.next(for: "option_groups", on: context.connection) }
    try await context.connection.execute(
      "INSERT INTO public.option_groups (id, product_id, name) VALUES (\(id), \(productID), \(name))")
  }
}
