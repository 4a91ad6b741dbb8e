/// How large the sample catalogue is.
public struct CatalogueSize: Sendable, Hashable {
  /// Products, with the identifiers 1 to this. Default 2000.
  public var products: Int64
  /// Brands, from 1. Default 40.
  public var brands: Int64
  /// Sellers, from 1. Default 25.
  public var sellers: Int64
  /// Categories, from 1. Default 30.
  public var categories: Int64
  /// Tags, from 1. Default 60.
  public var tags: Int64

  /// Creates a size.
  public init(products: Int64 = 2000, brands: Int64 = 40, sellers: Int64 = 25, categories: Int64 = 30, tags: Int64 = 60) {
    self.products = max(1, products)
    self.brands = max(1, brands)
    self.sellers = max(1, sellers)
    self.categories = max(1, categories)
    self.tags = max(1, tags)
  }
}
