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
    let rows = try await context.connection.query("SELECT version, status FROM public.products WHERE id = \(productID)")
    guard let row = rows.first else { throw CommandError.notFound }
    let product = ProductRow(
      id: productID, version: try row["version", as: Int64.self],
      isDiscontinued: try row["status", as: String.self] == "discontinued")
    try context.checkExpectedVersion(actual: product.version)
    guard Self.worksOnDiscontinued || !product.isDiscontinued else {
      throw CommandError.rejected(rule: "product \(productID) is discontinued")
    }
    try await change(product, in: context)
    try await context.connection.execute(
      "UPDATE public.products SET version = version + 1, updated_at = clock_timestamp() WHERE id = \(productID)")
    return product.version + 1
  }
}

extension CommandContext {
  /// Whether a row of a catalogue table exists.
  func exists(_ table: String, id: Int64) async throws -> Bool {
    let rows = try await connection.query("SELECT 1 FROM public.\(identifier: table) WHERE id = \(id)")
    return rows.first != nil
  }

  /// Refuses a reference to a row that does not exist.
  func require(_ table: String, id: Int64, noun: String) async throws {
    guard try await exists(table, id: id) else { throw CommandError.rejected(rule: "\(noun) \(id) does not exist") }
  }
}
