/// One row of a result; it keeps the result alive.
public struct Row: Sendable {
  let handle: ResultHandle
  /// Position in the result, from 0.
  public let index: Int

  init(handle: ResultHandle, index: Int) {
    self.handle = handle
    self.index = index
  }

  /// The columns, in order.
  public var columns: [Column] { handle.columns }

  /// The value of the first column of that name: `row["price", as: String.self]`, `row["note", as: String?.self]`.
  /// - Throws: ``ColumnDecodingError`` when there is no such column, or the value is NULL or of another kind.
  public subscript<Value: PostgresDecodable>(name: String, as type: Value.Type = Value.self) -> Value {
    get throws {
      guard let column = handle.columns.firstIndex(where: { $0.name == name }) else {
        let names = handle.columns.map(\.name).joined(separator: ", ")
        throw ColumnDecodingError(column: name, expected: "\(type)", postgresType: 0, reason: "the result has the columns \(names)")
      }
      return try handle.withCell(row: index, column: column) { try Value.decode($0) }
    }
  }

  /// The value of a column by position, from 0.
  /// - Throws: as the subscript by name.
  public subscript<Value: PostgresDecodable>(column: Int, as type: Value.Type = Value.self) -> Value {
    get throws {
      guard handle.columns.indices.contains(column) else {
        throw ColumnDecodingError(
          column: "\(column)", expected: "\(type)", postgresType: 0, reason: "the result has \(handle.columns.count) columns")
      }
      return try handle.withCell(row: index, column: column) { try Value.decode($0) }
    }
  }

  /// Whether the column, by position, is NULL; also true where there is no such column.
  public func isNull(_ column: Int) -> Bool {
    guard handle.columns.indices.contains(column) else { return true }
    return handle.withCell(row: index, column: column) { $0.bytes == nil }
  }

  /// Calls with the value's bytes as the server sent them, nil for NULL, without a copy. They live no longer than the call.
  public func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
    guard handle.columns.indices.contains(column) else { return try body(nil) }
    return try handle.withCell(row: index, column: column) { try body($0.bytes) }
  }
}
