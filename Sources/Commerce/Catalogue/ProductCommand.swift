public import Commands
public import Postgres

/// A command that changes an existing product: its rows, or those of its prices, tags, categories, reviews and options. Each raises
/// the product's version by one, so that the version stands for the whole aggregate.
public protocol ProductCommand: Command {
  /// The product.
  var productID: Int64 { get }
  /// Whether it is allowed on a discontinued product. Default: no.
  static var worksOnDiscontinued: Bool { get }
  /// Makes the change; the version is raised afterwards.
  ///
  /// - Throws: ``CommandError`` where a rule forbids it.
  func change(_ product: ProductRow, in context: CommandContext) async throws
}

extension ProductCommand {
  /// `product`.
  public static var aggregateType: String { "product" }
  /// Not allowed.
  public static var worksOnDiscontinued: Bool { false }
  /// The product's identifier.
  public func aggregateID(on connection: Connection) async throws -> String { String(productID) }

  /// Reads the product, checks version and status, changes, and raises the version.
  public func execute(in context: CommandContext) async throws -> Int64 {
    guard let product = try await context.catalogue.product(productID) else { throw CommandError.notFound }
    try context.checkExpectedVersion(actual: product.version)
    guard Self.worksOnDiscontinued || !product.isDiscontinued else {
      throw CommandError.rejected(rule: "product \(productID) is discontinued")
    }
    try await change(product, in: context)
    try await context.catalogue.raiseVersion(of: productID)
    return product.version + 1
  }
}
