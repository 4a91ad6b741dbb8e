public import Commands

/// `add-review`: `{"productId", "reviewId"?, "author", "rating", "body"?}`.
public struct AddReview: ProductCommand {
  /// `add-review`.
  public static let name = "add-review"
  /// The product.
  public let productID: Int64
  let reviewID: Int64?
  let author: String
  let rating: Int64
  let body: String?

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    reviewID = try fields.optionalIdentifier("reviewId")
    author = try fields.string("author")
    rating = try fields.integer("rating", in: 1...5)
    body = try fields.optionalString("body", bytes: 1...10_000)
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    let id = try await context.identifier(reviewID, for: "reviews", noun: "review")
    try await context.catalogue.addReview(id, to: productID, author: author, rating: rating, body: body)
  }
}
