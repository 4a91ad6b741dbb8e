public import Commands

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
    let id = try await context.identifier(groupID, for: "option_groups", noun: "option group")
    try await context.catalogue.addGroup(id, to: productID, name: name)
  }
}
