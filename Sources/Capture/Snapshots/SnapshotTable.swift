internal import Postgres

/// A table of a snapshot's plan.
struct SnapshotTable: Sendable {
  var description: TableDescription
  /// Heap pages; 0 for what is not read by pages.
  var pages: Int64
  var file: Int64
  /// By the statistics; nil if they say nothing.
  var estimatedRows: Int64?
  /// It is a heap of its own, and no statement overrides its reading.
  var isDivisible: Bool
  /// `snapshot.select.statement.overrides.<table>` and the columns that it gives.
  var override: (statement: String, columns: Set<String>)?
  /// The root of partitions, read with them.
  var isPartitioned: Bool

  var name: String { description.qualifiedName }

  /// The statement that reads a chunk.
  func copy(_ chunk: SnapshotChunk, horizon: UInt64) -> Query {
    let columns = description.relation.columns.map(\.name)
    if let override {
      let list = columns.map { name -> Query in override.columns.contains(name) ? "\(identifier: name)" : "NULL AS \(identifier: name)" }
      var selected: Query = ""
      for (i, column) in list.enumerated() { selected = i == 0 ? column : "\(selected), \(column)" }
      return "COPY (SELECT \(selected) FROM (\(Query(unescaped: override.statement))) AS chosen) TO STDOUT"
    }
    // Without ONLY the rows of child tables, which are captured by themselves, would be read twice; a partitioned root has none of its own.
    let only: Query = isPartitioned ? "" : "ONLY "
    let from: Query = "SELECT \(identifiers: columns) FROM \(only)\(identifier: description.schema, description.name)"
    guard let pages = chunk.pages else { return "COPY (\(from)) TO STDOUT" }
    // As many pages as a heap can have: the last chunk has no end, so that nothing is behind it.
    let end: Query = pages.upperBound >= PageRanges.endless ? "" : " AND ctid < \(literal: "(\(pages.upperBound),0)")::tid"
    // Transaction numbers wrap: ages do not. Two billion transactions within a snapshot are beyond what a server without vacuum survives.
    let changed: Query = chunk.isChangedOnly ? " AND age(xmin) <= age(\(literal: "\(UInt32(truncatingIfNeeded: horizon))")::xid)" : ""
    return "COPY (\(from) WHERE ctid >= \(literal: "(\(pages.lowerBound),0)")::tid\(end)\(changed)) TO STDOUT"
  }
}
