/// One page of a list of documents, ordered by key.
public struct DocumentPage: Sendable, Hashable {
  /// The documents.
  public let documents: [StoredDocument]
  /// Where the next page starts: opaque, safe in URLs; nil on the last page.
  public let nextCursor: String?

  /// A page.
  public init(documents: [StoredDocument], nextCursor: String?) {
    self.documents = documents
    self.nextCursor = nextCursor
  }
}
