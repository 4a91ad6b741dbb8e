/// A remark of the server that is no error: `NOTICE: relation "x" already exists, skipping`.
public struct Notice: Sendable, Hashable {
  /// `DEBUG`, `LOG`, `INFO`, `NOTICE` or `WARNING`.
  public var severity: String
  /// Nil where the server gave none.
  public var sqlState: SQLState?
  /// The primary message.
  public var message: String
  /// More about it; may hold values.
  public var detail: String?
  /// The server's advice, where it has any.
  public var hint: String?
}
