public import Commands

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
    guard try await context.catalogue.hasGroup(groupID, of: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have option group \(groupID)")
    }
    let id = try await context.identifier(optionID, for: "options", noun: "option")
    try await context.catalogue.addOption(id, to: groupID, name: name, surcharge: surcharge)
  }
}
