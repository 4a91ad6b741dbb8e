internal import Logging
internal import Postgres
internal import Synchronization

/// Stores positions and then tells the slot: never the other way round, so that the slot is never ahead of the offset.
actor OffsetKeeper {
  private let store: any OffsetStore
  private let connector: String
  private var offset: StoredOffset
  private let onConfirm: @Sendable (LSN) -> Void

  init(store: any OffsetStore, connector: String, offset: StoredOffset, onConfirm: @escaping @Sendable (LSN) -> Void) {
    self.store = store
    self.connector = connector
    self.offset = offset
    self.onConfirm = onConfirm
  }

  /// - Parameter point: the consistent point of a snapshot that was taken beside an older slot.
  func save(snapshot: StoredOffset.Snapshot, point: LSN? = nil) async throws {
    var next = offset
    next.snapshot = snapshot
    next.snapshotLSN = point
    try await store.save(next, connector: connector)
    offset = next
  }

  /// Stores the position and confirms it, if it is beyond the last one.
  func keep(_ position: CommitPosition?, stream: ReplicationStream) async throws {
    guard let position, offset.position.map({ $0 < position }) ?? true else { return }
    var next = offset
    next.position = position
    try await store.save(next, connector: connector)
    offset = next
    stream.confirm(position.endLSN)
    onConfirm(position.endLSN)
  }
}
