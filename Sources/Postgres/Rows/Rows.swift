/// The answer to a query: its rows, and how many rows it affected. It can be read from any thread and more than once.
public struct Rows: Sendable {
  let handle: ResultHandle

  init(handle: ResultHandle) {
    self.handle = handle
  }

  /// The columns, in order.
  public var columns: [Column] { handle.columns }
  /// Rows that INSERT, UPDATE, DELETE, MERGE or SELECT reported.
  public var affectedRows: Int { handle.affectedRows }
  /// The server's word for what was done, for example `INSERT 0 3`.
  public var commandTag: String { handle.commandTag }

  /// Position of the first column of that name, exactly as the server writes it.
  public func columnIndex(_ name: String) -> Int? {
    handle.columns.firstIndex { $0.name == name }
  }

  /// The one row of a result that has exactly one.
  /// - Throws: ``ColumnDecodingError`` that says how many there are.
  public func single() throws -> Row {
    guard count == 1 else {
      throw ColumnDecodingError(column: "", expected: "one row", postgresType: 0, reason: "the result has \(count) rows")
    }
    return self[0]
  }
}

extension Rows: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of rows.
  public var endIndex: Int { handle.count }

  /// The row at a position from 0; a position outside is a programming error.
  public subscript(index: Int) -> Row {
    precondition(index >= 0 && index < handle.count, "row \(index) of \(handle.count)")
    return Row(handle: handle, index: index)
  }
}
