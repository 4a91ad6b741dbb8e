/// A remark of the server that is no error: `NOTICE: relation "x" already exists, skipping`.
public struct Notice: Sendable, Hashable {
  /// `DEBUG`, `LOG`, `INFO`, `NOTICE` or `WARNING`.
  public var severity: String
  public var sqlState: SQLState?
  public var message: String
  public var detail: String?
  public var hint: String?
}
