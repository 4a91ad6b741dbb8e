/// Which fields of documents have a GIN index that filters on equality and containment use.
///
/// The index of the whole body serves every filter there may be, and has an entry for each value of a document: whatever changes in it, all of
/// them are written again. An index of some fields has entries for these alone: where the filters are known, documents are written in half the time.
public enum DocumentContainment: Sendable, Hashable {
  /// None: such filters read all documents.
  case none
  /// All fields, for filters on any of them and for SQL that asks `body @> …`.
  case body
  /// These, as paths (`["categories", "[]", "id"]`, where `[]` stands for an array's elements). Filters on others read all documents.
  case fields([[String]])

  /// The most columns that an index of PostgreSQL takes.
  private static let columnLimit = 32

  /// The expressions of each index.
  var indexes: [[String]] {
    guard case .fields(let paths) = self else { return [] }
    let expressions = paths.map { Self.expression($0, of: "body") }
    return stride(from: 0, to: expressions.count, by: Self.columnLimit).map { start in
      Array(expressions[start..<min(start + Self.columnLimit, expressions.count)])
    }
  }

  /// What is at a path of `body`, written the same way in indexes and filters, so that the one finds the other: the value, or, where the path leads
  /// through arrays, an array of all values.
  static func expression(_ path: [String], of body: String) -> String {
    guard path.contains("[]") else { return "(\(body) #> \(DocumentStore.pathLiteral(path)))" }
    let steps = path.map { $0 == "[]" ? "[*]" : "." + JSONFragment.string($0) }.joined()
    return "(jsonb_path_query_array(\(body), \(SQLName.literal("lax $" + steps))))"
  }

  /// What an indexed field has to contain in every document that has `value` at `path`: the field's expression, and JSON; nil where the field has no
  /// index of its own. Some other documents fulfil it, too.
  func hint(_ path: [String], _ value: DocumentValue) -> (expression: String, json: String)? {
    guard case .fields(let paths) = self, paths.contains(path) else { return nil }
    return (Self.expression(path, of: "d.body"), JSONFragment.nested(path.contains("[]") ? ["[]"] : [], value))
  }
}
