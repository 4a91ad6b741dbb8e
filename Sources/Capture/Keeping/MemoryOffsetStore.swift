internal import Synchronization

/// Offsets that last as long as the process: for tests and for a capture that is only looked at.
public final class MemoryOffsetStore: OffsetStore {
  private let offsets = Mutex<[String: StoredOffset]>([:])

  /// An empty store.
  public init() {}

  /// See `OffsetStore`.
  public func load(connector: String) async throws -> StoredOffset? { offsets.withLock { $0[connector] } }

  /// See `OffsetStore`.
  public func save(_ offset: StoredOffset, connector: String) async throws { offsets.withLock { $0[connector] = offset } }

  /// See `OffsetStore`.
  public func remove(connector: String) async throws { offsets.withLock { $0[connector] = nil } }
}
