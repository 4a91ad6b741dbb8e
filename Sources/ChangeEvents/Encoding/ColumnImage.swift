/// What the WAL or a COPY row carries for one column.
public enum ColumnImage {
  /// NULL.
  case null
  /// The value's text; the bytes are borrowed for the call.
  case text(UnsafeRawBufferPointer)
  /// An unchanged TOASTed value that the WAL does not carry.
  case unavailable
  /// The replica identity does not carry the column: null, or the type's zero value where the column is NOT NULL.
  case absent
}
