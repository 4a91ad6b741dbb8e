/// Who sells a product.
public enum Seller: CatalogueEntity {
  /// `seller`.
  public static let noun = "seller"
  /// `sellerId`.
  public static let idField = "sellerId"
  /// `sellers`.
  public static let table = "sellers"
}
