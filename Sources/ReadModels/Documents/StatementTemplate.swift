internal import Postgres

/// A declared statement, cut at each `$1` once and for all: there is a statement with other keys for every batch.
struct StatementTemplate: Sendable {
  private let pieces: [String]

  init(_ text: String) {
    pieces = text.split(separator: "$1", omittingEmptySubsequences: false).map(String.init)
  }

  /// The statement with `keys` at each place.
  func query(keys: Query) -> Query {
    var query = Query(unescaped: pieces.first ?? "")
    for piece in pieces.dropFirst() { query = "\(query)\(keys)\(unescaped: piece)" }
    return query
  }
}
