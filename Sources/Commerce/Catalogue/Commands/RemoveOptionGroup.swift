public import Commands
import Postgres

/// `remove-option-group`: `{"productId", "groupId"}`. Its options go with it.
public struct RemoveOptionGroup: ProductCommand {
  /// `remove-option-group`.
  public static let name = "remove-option-group"
  /// The product.
  public let productID: Int64
  let groupID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    groupID = try fields.identifier("groupId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    let removed = try await context.connection.execute(
      "DELETE FROM public.option_groups WHERE id = \(groupID) AND product_id = \(productID)")
    guard removed == 1 else { throw CommandError.rejected(rule: "product \(productID) does not have option group \(groupID)") }
  }
}
