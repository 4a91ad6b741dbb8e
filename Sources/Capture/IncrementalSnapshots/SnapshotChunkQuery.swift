internal import Postgres

/// The queries of an incremental snapshot: keyset pagination by the columns that order a table. Pure.
///
/// All are COPY, so that values come as the stream writes them; COPY takes no binds, so that keys stand as quoted literals, whose type is that
/// of the column beside them.
struct SnapshotChunkQuery {
  struct OrderColumn: Hashable, Sendable {
    var name: String
    var isOptional: Bool
  }

  var schema: String
  var table: String
  /// Rows of partitions and child tables count as the table's.
  var includesChildren: Bool
  /// The row's columns; the ordering ones follow them in a chunk.
  var columns: [String]
  var order: [OrderColumn]
  /// The one place where a text from outside becomes SQL: a condition that the operator wrote in a signal. It runs in a READ ONLY transaction.
  var conditionOfTheOperatorAsSQL: String?

  /// The next rows, in order.
  ///
  /// - Parameters:
  ///   - last: the key of the last row that was read; nil begins.
  ///   - maximum: the largest key to read.
  func chunk(after last: [String?]?, through maximum: [String?], limit: Int) -> Query {
    var rows: Query = "NOT \(beyond(maximum))"
    if order.allSatisfy({ !$0.isOptional }) { rows = "\(row) <= \(values(maximum))" }
    if let last { rows = "\(beyond(last)) AND \(rows)" }
    return """
      COPY (SELECT \(identifiers: columns + order.map(\.name)) FROM \(source) WHERE \(rows)\(condition("AND")) \
      ORDER BY \(identifiers: order.map(\.name)) LIMIT \(unescaped: String(limit))) TO STDOUT
      """
  }

  /// The largest key.
  var maximum: Query {
    var keys: Query = ""
    for (i, column) in order.enumerated() {
      keys = i == 0 ? "\(identifier: column.name) DESC" : "\(keys), \(identifier: column.name) DESC"
    }
    return """
      COPY (SELECT \(identifiers: order.map(\.name)) FROM \(source)\(condition("WHERE")) ORDER BY \(keys) LIMIT 1) TO STDOUT
      """
  }

  private var source: Query {
    let only: Query = includesChildren ? "" : "ONLY "
    return "\(only)\(identifier: schema, table)"
  }

  /// A line of its own: a comment at the condition's end does not swallow what follows.
  private func condition(_ word: String) -> Query {
    guard let conditionOfTheOperatorAsSQL else { return "" }
    return " \(unescaped: word) (\(unescaped: conditionOfTheOperatorAsSQL)\n)"
  }

  private var row: Query { "(\(identifiers: order.map(\.name)))" }

  private func values(_ key: [String?]) -> Query {
    var list: Query = ""
    for (i, value) in key.enumerated() { list = i == 0 ? literal(value) : "\(list), \(literal(value))" }
    return "(\(list))"
  }

  private func literal(_ value: String?) -> Query {
    guard let value else { return "NULL" }
    return "\(literal: value)"
  }

  /// Rows behind a key. Without NULLs a comparison of rows, which an index serves; with them, which order last, column by column.
  private func beyond(_ key: [String?]) -> Query {
    guard order.contains(where: \.isOptional) else { return "\(row) > \(values(key))" }
    var alternatives: Query = ""
    for i in order.indices {
      var terms: Query = ""
      for j in 0..<i {
        let name = order[j].name
        let equal: Query = key[j] == nil ? "\(identifier: name) IS NULL" : "\(identifier: name) = \(literal(key[j]))"
        terms = "\(terms)\(equal) AND "
      }
      let name = order[i].name
      let greater: Query =
        key[i] == nil
        ? "false"
        : order[i].isOptional
          ? "(\(identifier: name) > \(literal(key[i])) OR \(identifier: name) IS NULL)" : "\(identifier: name) > \(literal(key[i]))"
      alternatives = i == 0 ? "(\(greater))" : "\(alternatives) OR (\(terms)\(greater))"
    }
    return "(\(alternatives))"
  }
}
