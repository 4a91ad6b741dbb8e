public import Commands
public import Postgres

/// `create-product`: `{"productId"?, "name", "description"?, "brandId", "sellerId", "currency", "amount"}`.
public struct CreateProduct: Command {
  /// `create-product`.
  public static let name = "create-product"
  /// `product`.
  public static let aggregateType = "product"

  let id: Int64?
  let name: String
  let description: String?
  let brandID: Int64
  let sellerID: Int64
  let currency: String
  let amount: Money

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    id = try fields.optionalIdentifier("productId")
    name = try fields.string("name")
    description = try fields.optionalString("description", bytes: 1...10_000)
    brandID = try fields.identifier("brandId")
    sellerID = try fields.identifier("sellerId")
    currency = try fields.currency()
    amount = try fields.money("amount")
  }

  /// The caller's identifier, or the sequence's next.
  public func aggregateID(on connection: Connection) async throws -> String {
    if let id { return String(id) }
    return String(try await CatalogueStore(connection: connection).nextIdentifier(for: "products"))
  }

  /// Inserts the product and its first price.
  public func execute(in context: CommandContext) async throws -> Int64 {
    guard let id = Int64(context.aggregateID) else { throw CommandError.notFound }
    try await context.require(Brand.table, id: brandID, noun: Brand.noun)
    try await context.require(Seller.table, id: sellerID, noun: Seller.noun)
    if let product = try await context.catalogue.product(id) {
      try context.checkExpectedVersion(actual: product.version)
      throw CommandError.rejected(rule: "product \(id) exists already")
    }
    try context.checkExpectedVersion(actual: 0)
    try await context.catalogue.insertProduct(id, name: name, description: description, brandID: brandID, sellerID: sellerID)
    try await context.catalogue.setPrice(of: id, currency: currency, amount: amount)
    return 1
  }
}
