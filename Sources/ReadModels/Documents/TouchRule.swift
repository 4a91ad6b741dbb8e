/// From a changed row to the documents that show it.
///
/// The value of `column` (the former one, too, where an update or a delete changed it) either is a document's key, or leads to one by
/// ``hops``.
public struct TouchRule: Sendable, Hashable {
  /// The mirror table whose row changed, as it is named in the source.
  public var table: String
  /// The column that leads to the document.
  public var column: String
  /// The tables between, in order; empty where `column` holds the document's key.
  public var hops: [DocumentHop]

  /// A change of a row of `table` touches the documents that `column` leads to.
  public init(table: String, column: String, hops: [DocumentHop] = []) {
    self.table = table
    self.column = column
    self.hops = hops
  }

  /// `.column("product_id", of: "reviews")`: the column holds the document's key, or leads to it through other tables.
  public static func column(_ column: String, of table: String, through hops: [DocumentHop] = []) -> TouchRule {
    TouchRule(table: table, column: column, hops: hops)
  }
}
