public import Postgres

extension DocumentProjection {
  /// Recomputes these documents from the mirrors, in a transaction of their own; a key without a root row loses its document.
  ///
  /// - Parameter keys: as text; at most some thousands, as their locks are held together.
  public func recompute(_ keys: [String], on connection: Connection) async throws {
    let touched = TouchedValues(keys.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
    try await connection.transaction { transaction in
      _ = try await transaction.query(DocumentTableStore.prepareTransaction)
      try await recompute(TouchedDocuments(whole: touched), after: DocumentLocks(), in: transaction)
    }
  }

  var verificationStore: DocumentVerificationStore { DocumentVerificationStore(store: store) }
}
