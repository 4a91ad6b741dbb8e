/// A full-text search over some fields of documents.
public struct DocumentSearch: Sendable, Hashable {
  /// The paths of the fields. One that leads through an array means all of its elements.
  public var paths: [[String]]
  /// PostgreSQL's text search configuration: `simple` takes words as they are, `english` or `german` also know their inflections.
  public var language: String

  /// Searches `paths`.
  public init(paths: [[String]], language: String = "simple") {
    self.paths = paths
    self.language = language
  }

  /// The document's text, written the same way in the index and in queries, so that the one finds the other.
  ///
  /// In `lax` mode a path goes through arrays by itself.
  func expression(of body: String) -> String {
    let language = SQLName.literal(self.language)
    let parts = paths.map { path in
      let steps = path.map { "." + JSONFragment.string($0) }.joined()
      return "to_tsvector(\(language)::regconfig, jsonb_path_query_array(\(body), \(SQLName.literal("lax $" + steps))))"
    }
    return "(" + parts.joined(separator: " || ") + ")"
  }
}
