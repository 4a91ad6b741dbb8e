/// What `NOTIFY` sent to a channel that this connection listens to.
public struct PostgresNotification: Sendable, Hashable {
  /// The channel's name, as given to LISTEN.
  public var channel: String
  /// Empty when the sender gave none: PostgreSQL knows no NULL here.
  public var payload: String
  /// Process ID of the sender's backend.
  public var backendPID: Int
}
