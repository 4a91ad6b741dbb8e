/// A projection as a YAML file declares it: what is written, not yet compared with the tables that there are.
///
/// ``parse(_:file:)`` makes it, ``definition(over:)`` and ``DeclaredProjections`` turn it into a ``DocumentDefinition``.
public struct ProjectionDeclaration: Sendable, Hashable {
  /// The projection's name: in metrics and dead letters, and in the keys of problems.
  public let name: String
  /// The schema of the document table.
  public let schema: String
  /// The document table, without schema; also its name over HTTP, `/v1/<table>`.
  public let table: String
  /// What lists over HTTP can be filtered by.
  public let filters: [DeclaredFilter]
  /// The full-text search; nil for none.
  public let search: DocumentSearch?

  let place: DeclarationPlace
  let root: Located
  /// As declared; empty for the root's primary key.
  let key: [Located]
  let rows: DeclaredRows
  let fields: DeclaredFields
  let containment: DocumentContainment
  let numericIndexes: [[String]]
  let textIndexes: [[String]]
}
