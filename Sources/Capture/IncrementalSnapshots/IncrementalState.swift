/// How far an incremental snapshot came, kept with the offset: a restart goes on behind the last chunk that was acknowledged. Pure.
struct IncrementalState: Hashable, Sendable {
  /// A table that is to be read.
  struct Table: Hashable, Sendable {
    /// `schema.table`.
    var name: String
    /// The operator's condition; nil for all rows.
    var filter: String?
    var surrogateKey: String?
  }

  /// What was read of the first table.
  struct Cursor: Hashable, Sendable {
    /// The columns that order the rows.
    var columns: [String]
    /// The largest key when the table was begun: rows beyond it are in the stream.
    var maximum: [String?]
    /// The key of the last row; nil before the first chunk.
    var last: [String?]?
    var rows = 0
  }

  /// How far the channels were read.
  var signals = SignalPositions()
  /// The id of the signal that asked last; notifications carry it.
  var correlationID: String?
  /// Those left, the one that is being read first.
  var tables: [Table] = []
  /// nil before the first chunk of a table.
  var cursor: Cursor?
  var isPaused = false

  var isRunning: Bool { !tables.isEmpty }
}

extension IncrementalState {
  var document: JSONDocument {
    var members: [JSONDocument.Member] = [.init(name: "signals", value: signals.document)]
    if let correlationID { members.append(.init(name: "id", value: .string(correlationID))) }
    if !tables.isEmpty {
      let tables = tables.map { table in
        JSONDocument.object([
          .init(name: "name", value: .string(table.name)), .init(name: "filter", value: Self.text(table.filter)),
          .init(name: "surrogate_key", value: Self.text(table.surrogateKey)),
        ])
      }
      members.append(.init(name: "tables", value: .array(tables)))
    }
    if let cursor {
      members.append(
        .init(
          name: "cursor",
          value: .object([
            .init(name: "columns", value: .array(cursor.columns.map { .string($0) })),
            .init(name: "maximum", value: .array(cursor.maximum.map(Self.text))),
            .init(name: "last", value: cursor.last.map { .array($0.map(Self.text)) } ?? .null),
            .init(name: "rows", value: .number(String(cursor.rows))),
          ])))
    }
    if isPaused { members.append(.init(name: "paused", value: .bool(true))) }
    return .object(members)
  }

  /// A table that cannot be understood is left out; a cursor that cannot be is none, so that its table is read from the start.
  init(_ document: JSONDocument) {
    signals = SignalPositions(document["signals"])
    correlationID = document["id"]?.string
    if case .array(let elements)? = document["tables"] {
      tables = elements.compactMap { table in
        table["name"]?.string.map {
          Table(name: $0, filter: table["filter"]?.string, surrogateKey: table["surrogate_key"]?.string)
        }
      }
    }
    isPaused = document["paused"]?.bool ?? false
    guard let cursor = document["cursor"], case .array(let names)? = cursor["columns"], case .array(let maximum)? = cursor["maximum"] else {
      return
    }
    let columns = names.compactMap(\.string)
    var last: [String?]?
    if case .array(let values)? = cursor["last"] { last = values.map(\.string) }
    guard columns.count == maximum.count, last.map({ $0.count == columns.count }) ?? true, !columns.isEmpty else { return }
    self.cursor = Cursor(
      columns: columns, maximum: maximum.map(\.string), last: last, rows: cursor["rows"]?.integer.map { Int(clamping: $0) } ?? 0)
  }

  private static func text(_ value: String?) -> JSONDocument { value.map { .string($0) } ?? .null }
}
