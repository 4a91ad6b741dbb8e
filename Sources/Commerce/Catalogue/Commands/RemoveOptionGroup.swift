public import Commands

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
    guard try await context.catalogue.removeGroup(groupID, from: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have option group \(groupID)")
    }
  }
}
