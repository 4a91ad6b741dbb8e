import Commands

extension CommandContext {
  /// The catalogue, on the command's transaction.
  var catalogue: CatalogueStore { CatalogueStore(connection: connection) }

  /// Refuses a reference to a row that does not exist.
  func require(_ table: String, id: Int64, noun: String) async throws {
    guard try await catalogue.exists(table, id: id) else { throw CommandError.rejected(rule: "\(noun) \(id) does not exist") }
  }

  /// The identifier that the caller chose, which must be free, or the sequence's next.
  func identifier(_ chosen: Int64?, for table: String, noun: String) async throws -> Int64 {
    guard let chosen else { return try await catalogue.nextIdentifier(for: table) }
    guard try await !catalogue.exists(table, id: chosen) else { throw CommandError.rejected(rule: "\(noun) \(chosen) exists already") }
    return chosen
  }
}
