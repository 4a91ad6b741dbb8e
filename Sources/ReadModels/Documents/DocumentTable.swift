/// A table of documents: where it is and what its key is.
///
/// Its columns are `key`, `version bigint` (grows with every change of the body and never goes back, deletes and rebuilds included),
/// `lsn bigint` (the highest LSN of the rows it was made of), `body jsonb` (NULL marks a deleted document) and `updated_at`.
public struct DocumentTable: Sendable, Hashable {
  /// The schema; default `public`.
  public var schema: String
  /// The table, without schema.
  public var table: String
  /// The SQL type of the key: `bigint`, `text`, `uuid`.
  public var keyType: String
  /// JSON paths whose numeric value gets an index.
  public var numericIndexes: [[String]]
  /// JSON paths whose text gets an index.
  public var textIndexes: [[String]]
  /// Which fields have a GIN index for equality and containment.
  public var containment: DocumentContainment
  /// The full-text search; nil for none.
  public var search: DocumentSearch?

  /// Names a document table.
  public init(
    schema: String = "public", table: String, keyType: String = "bigint", numericIndexes: [[String]] = [], textIndexes: [[String]] = [],
    containment: DocumentContainment = .body, search: DocumentSearch? = nil
  ) {
    self.schema = schema
    self.table = table
    self.keyType = keyType
    self.numericIndexes = numericIndexes
    self.textIndexes = textIndexes
    self.containment = containment
    self.search = search
  }

  /// Schema and table, quoted for SQL.
  var qualifiedName: String { SQLName.qualified(schema, table) }
}
