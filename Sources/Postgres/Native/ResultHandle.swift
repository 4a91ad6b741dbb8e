internal import CLibPQ

/// Owns one `PGresult`, which is freed when the last row that looks into it is gone.
///
/// SAFETY: unchecked because of the pointer. A `PGresult` is not changed after libpq has handed it out, the functions used here only read it, and
/// libpq documents that results may be read from any thread.
final class ResultHandle: @unchecked Sendable {
  private let pointer: OpaquePointer
  let columns: [Column]
  let count: Int
  private let format: ValueFormat

  /// Takes the result over.
  init(adopting pointer: OpaquePointer) {
    self.pointer = pointer
    count = Int(PQntuples(pointer))
    let fields = PQnfields(pointer)
    format = fields > 0 && PQfformat(pointer, 0) == 1 ? .binary : .text
    columns = (0..<fields).map { index in
      Column(
        name: PQfname(pointer, index).map { String(cString: $0) } ?? "", type: PQftype(pointer, index),
        typeModifier: PQfmod(pointer, index),
        table: PQftable(pointer, index))
    }
  }

  deinit {
    PQclear(pointer)
  }

  /// Rows affected, 0 for statements that affect none.
  var affectedRows: Int {
    guard let text = PQcmdTuples(pointer) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  /// For example `INSERT 0 3` or `COMMIT`.
  var commandTag: String {
    PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
  }

  /// Calls with the value, which lives no longer than the call. Row and column must exist.
  func withCell<Result>(row: Int, column: Int, _ body: (Cell) throws -> Result) rethrows -> Result {
    let row = Int32(truncatingIfNeeded: row)
    let index = Int32(truncatingIfNeeded: column)
    var bytes: UnsafeRawBufferPointer?
    if PQgetisnull(pointer, row, index) == 0 {
      bytes = UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, index), count: Int(PQgetlength(pointer, row, index)))
    }
    defer { withExtendedLifetime(self) {} }
    return try body(Cell(bytes: bytes, format: format, type: columns[column].type, column: columns[column].name))
  }
}
