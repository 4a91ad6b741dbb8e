/// In which form the server sends values.
public enum ValueFormat: Int32, Sendable, Hashable {
  /// What `psql` shows: every type can be read as a `String`.
  case text = 0
  /// The type's own binary form: smaller and faster to read for numbers, timestamps and bytes.
  case binary = 1
}
