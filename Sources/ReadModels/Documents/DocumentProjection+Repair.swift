public import Postgres

extension DocumentProjection {
  /// Recomputes these documents from the mirrors, in a transaction of their own; a key without a root row loses its document.
  ///
  /// - Parameter keys: as text; at most some thousands, as their locks are held together.
  public func recompute(_ keys: [String], on connection: Connection) async throws {
    try await connection.transaction { transaction in
      var touched: TouchedValues = [:]
      for key in try await transaction.query(store.normalized(keys)) { touched.touch(try key[0, as: String.self], lsn: 0) }
      _ = try await transaction.query(DocumentTableStore.prepareTransaction)
      try await recompute(TouchedDocuments(whole: touched), after: DocumentLocks(), in: transaction)
    }
  }

  var verificationStore: DocumentVerificationStore { DocumentVerificationStore(store: store) }
}
