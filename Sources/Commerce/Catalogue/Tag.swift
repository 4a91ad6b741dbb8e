/// A word that products share.
public enum Tag: CatalogueEntity {
  /// `tag`.
  public static let noun = "tag"
  /// `tagId`.
  public static let idField = "tagId"
  /// `tags`.
  public static let table = "tags"
}
