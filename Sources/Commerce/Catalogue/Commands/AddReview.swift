public import Commands
import Postgres

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
    if let reviewID, try await context.exists("reviews", id: reviewID) {
      throw CommandError.rejected(rule: "review \(reviewID) exists already")
    }
    let id = if let reviewID { reviewID } else { try await CatalogueSequence.next(for: "reviews", on: context.connection) }
    try await context.connection.execute(
      """
      INSERT INTO public.reviews (id, product_id, author, rating, body)
      VALUES (\(id), \(productID), \(author), \(rating), \(bind: body.postgresBind)::text)
      """)
  }
}
