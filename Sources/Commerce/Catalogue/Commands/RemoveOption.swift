public import Commands

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
    guard try await context.catalogue.removeOption(optionID, from: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have option \(optionID)")
    }
  }
}
