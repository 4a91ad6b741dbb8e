/// Where a connector keeps its `StoredOffset`. A `save` that returned survives a crash.
public protocol OffsetStore: Sendable {
  /// - Returns: nil if nothing was stored for this connector.
  func load(connector: String) async throws -> StoredOffset?
  /// - Throws: a retriable `SinkError` where the same may succeed later, else what somebody has to act upon.
  func save(_ offset: StoredOffset, connector: String) async throws
  /// Forgets the connector's offset; nothing happens if there is none.
  func remove(connector: String) async throws
}
