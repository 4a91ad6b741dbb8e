public import Commands

/// `remove-review`: `{"productId", "reviewId"}`.
public struct RemoveReview: ProductCommand {
  /// `remove-review`.
  public static let name = "remove-review"
  /// The product.
  public let productID: Int64
  let reviewID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    reviewID = try fields.identifier("reviewId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    guard try await context.catalogue.removeReview(reviewID, from: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have review \(reviewID)")
    }
  }
}
