/// What a product command needs to know before it decides.
public struct ProductRow: Sendable, Hashable {
  /// The product.
  public var id: Int64
  /// Its version.
  public var version: Int64
  /// Whether it was discontinued.
  public var isDiscontinued: Bool
}
