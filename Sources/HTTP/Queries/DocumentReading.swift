public import ReadModels

/// Where a collection's documents come from; `DocumentStore` is one.
public protocol DocumentReading: Sendable {
  /// The document of a key; nil where there is none.
  /// - Throws: `DocumentQueryError` for a key that cannot be one; anything else means that the store is unavailable.
  func get(_ key: String) async throws -> StoredDocument?

  /// Documents that fulfil all filters, ordered by key.
  /// - Throws: `DocumentQueryError` for a cursor or limit that cannot be one; anything else means that the store is unavailable.
  func list(_ filters: [DocumentFilter], after cursor: String?, limit: Int) async throws -> DocumentPage
}

extension DocumentStore: DocumentReading {}
