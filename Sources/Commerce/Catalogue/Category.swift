/// Where a product is found.
public enum Category: CatalogueEntity {
  /// `category`.
  public static let noun = "category"
  /// `categoryId`.
  public static let idField = "categoryId"
  /// `categories`.
  public static let table = "categories"
}
