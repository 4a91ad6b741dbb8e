public import Commands
import Postgres

/// `add-option`: `{"productId", "groupId", "optionId"?, "name", "surcharge"}`.
public struct AddOption: ProductCommand {
  /// `add-option`.
  public static let name = "add-option"
  /// The product.
  public let productID: Int64
  let groupID: Int64
  let optionID: Int64?
  let name: String
  let surcharge: Money

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    groupID = try fields.identifier("groupId")
    optionID = try fields.optionalIdentifier("optionId")
    name = try fields.string("name")
    surcharge = try fields.money("surcharge")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    let groups = try await context.connection.query(
      "SELECT 1 FROM public.option_groups WHERE id = \(groupID) AND product_id = \(productID)")
    guard groups.first != nil else {
      throw CommandError.rejected(rule: "product \(productID) does not have option group \(groupID)")
    }
    if let optionID, try await context.exists("options", id: optionID) {
      throw CommandError.rejected(rule: "option \(optionID) exists already")
    }
    let id = if let optionID { optionID } else { try await CatalogueSequence.next(for: "options", on: context.connection) }
    try await context.connection.execute(
      """
      INSERT INTO public.options (id, group_id, name, surcharge)
      VALUES (\(id), \(groupID), \(name), \(surcharge.description)::text::numeric)
      """)
  }
}
