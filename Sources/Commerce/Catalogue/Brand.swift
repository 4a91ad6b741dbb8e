/// Who makes a product.
public enum Brand: CatalogueEntity {
  /// `brand`.
  public static let noun = "brand"
  /// `brandId`.
  public static let idField = "brandId"
  /// `brands`.
  public static let table = "brands"
}
