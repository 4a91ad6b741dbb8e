public import Commands
import Postgres

/// `remove-option`: `{"productId", "optionId"}`.
public struct RemoveOption: ProductCommand {
  /// `remove-option`.
  public static let name = "remove-option"
  /// The product.
  public let productID: Int64
  let optionID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    optionID = try fields.identifier("optionId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    let removed = try await context.connection.execute(
      """
      DELETE FROM public.options o USING public.option_groups g
      WHERE o.id = \(optionID) AND g.id = o.group_id AND g.product_id = \(productID)
      """)
    guard removed == 1 else { throw CommandError.rejected(rule: "product \(productID) does not have option \(optionID)") }
  }
}
