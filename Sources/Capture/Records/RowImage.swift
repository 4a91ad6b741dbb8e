internal import ChangeEvents

/// A row as a message or a COPY line carries it: what each column's encoder is asked to write.
struct RowImage {
  var bytes: UnsafeRawBufferPointer
  var fields: [TupleField]
  /// For an old tuple of the key alone: which columns it carries; the others are absent, not null.
  var identity: [Bool]?
  /// The old tuple of the same message: where it carries the column, an unchanged TOASTed value stands there. (Also one of the key alone does
  /// so, of a partition whose identity is full beneath a root whose is not.)
  var old: [TupleField]?
  /// Columns whose value cannot be represented: null is written (`event.converting.failure.handling.mode`).
  var nulled: Set<Int> = []

  init(bytes: UnsafeRawBufferPointer, fields: [TupleField], identity: [Bool]? = nil, old: [TupleField]? = nil) {
    self.bytes = bytes
    self.fields = fields
    self.identity = identity
    self.old = old
  }

  func image(_ column: Int) throws -> ColumnImage {
    if !nulled.isEmpty, nulled.contains(column) { return .null }
    guard column < fields.count else { return .null }
    switch fields[column] {
    // A partition with another replica identity than its root, under whose name its changes go, sends more than the root's key: what is
    // there counts, and only a null outside of the identity means "not carried".
    case .null: return identity.map { column < $0.count && !$0[column] } ?? false ? .absent : .null
    case .text(let range): return .text(UnsafeRawBufferPointer(rebasing: bytes[range]))
    case .unchanged:
      if let old, column < old.count, case .text(let range) = old[column] { return .text(UnsafeRawBufferPointer(rebasing: bytes[range])) }
      return .unavailable
    case .binary: throw DecodingError.unexpected("a binary value, which was not asked for")
    }
  }

  /// The column's text; nil for NULL and what is not there.
  func text(_ column: Int) throws -> UnsafeRawBufferPointer? {
    if case .text(let bytes) = try image(column) { return bytes }
    return nil
  }
}
