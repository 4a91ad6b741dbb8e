/// One kind of document as the API shows it: `/v1/<name>` lists, `/v1/<name>/{id}` is one.
public struct DocumentCollection: Sendable {
  /// In the path, plural: `products`.
  public var name: String
  /// Where the documents are.
  public var documents: any DocumentReading
  /// The query parameters that a list takes beside `limit` and `cursor`.
  public var filters: [CollectionFilter]

  /// A collection.
  public init(_ name: String, from documents: any DocumentReading, filters: [CollectionFilter] = []) {
    self.name = name
    self.documents = documents
    self.filters = filters
  }
}
