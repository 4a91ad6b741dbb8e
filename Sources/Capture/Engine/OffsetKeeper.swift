internal import Logging
internal import Postgres
internal import Synchronization

/// Stores positions and then tells the slot: never the other way round, so that the slot is never ahead of the offset.
actor OffsetKeeper {
  private let store: any OffsetStore
  private let connector: String
  private var offset: StoredOffset
  private var isSaving = false
  private var waiters: [CheckedContinuation<Void, Never>] = []
  private let onConfirm: @Sendable (LSN) -> Void

  init(store: any OffsetStore, connector: String, offset: StoredOffset, onConfirm: @escaping @Sendable (LSN) -> Void) {
    self.store = store
    self.connector = connector
    self.offset = offset
    self.onConfirm = onConfirm
  }

  /// - Parameters:
  ///   - point: the consistent point of a snapshot that was taken beside an older slot.
  ///   - progress: of a snapshot that is running.
  func save(snapshot: StoredOffset.Snapshot, point: LSN? = nil, progress: SnapshotProgress? = nil) async throws {
    try await change { offset in
      offset.snapshot = snapshot
      offset.snapshotLSN = point
      offset.snapshotProgress = progress
      return true
    }
  }

  /// Notes, before the first row is read, that a snapshot beside the slot begins.
  func beginSnapshot(at point: LSN, progress: SnapshotProgress?) async throws {
    try await change { offset in
      offset.snapshot = .running
      offset.earlierSnapshotLSNs = Array((offset.snapshotPoints.filter { $0 > offset.position?.endLSN ?? .zero } + [point]).suffix(512))
      offset.snapshotLSN = nil
      offset.snapshotProgress = progress
      return true
    }
  }

  /// Stores how far a running snapshot came, if that is news.
  func save(progress: SnapshotProgress) async throws {
    try await change { offset in
      guard offset.snapshot == .running, offset.snapshotProgress != progress else { return false }
      offset.snapshotProgress = progress
      return true
    }
  }

  /// How far signals were handled and an incremental snapshot came, as stored.
  var incremental: IncrementalState? { offset.incremental }

  /// Stores the position and confirms it, if it is beyond the last one.
  ///
  /// - Parameter incremental: the state of incremental snapshots there; nil if it did not change.
  func keep(_ position: CommitPosition?, incremental: IncrementalState? = nil, stream: ReplicationStream) async throws {
    var moved: LSN?
    let isNew = try await change { offset in
      var isNew = false
      if let position, offset.position.map({ $0 < position }) ?? true {
        offset.position = position
        moved = position.endLSN
        isNew = true
      }
      if let incremental, offset.incremental != incremental {
        offset.incremental = incremental
        isNew = true
      }
      return isNew
    }
    guard isNew, let moved else { return }
    stream.confirm(moved)
    onConfirm(moved)
  }

  /// Stores what `body` makes of the offset, one change after the other: the store is waited for, and what is older must not overtake.
  ///
  /// - Returns: what `body` did: false if there is nothing to store.
  @discardableResult
  private func change(_ body: (inout StoredOffset) -> Bool) async throws -> Bool {
    while isSaving { await withCheckedContinuation { waiters.append($0) } }
    var next = offset
    guard body(&next) else {
      wakeNext()
      return false
    }
    isSaving = true
    defer {
      isSaving = false
      wakeNext()
    }
    try await store.save(next, connector: connector)
    offset = next
    return true
  }

  private func wakeNext() {
    if !waiters.isEmpty { waiters.removeFirst().resume() }
  }
}
