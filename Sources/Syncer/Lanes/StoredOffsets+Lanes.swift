internal import Postgres

extension StoredOffsets {
  /// Moves the offsets of a batch, and the lanes.
  ///
  /// - Throws: ``OffsetConflict``; the transaction must be rolled back then.
  func move(_ batch: SinkBatch, _ transaction: Connection) async throws {
    try await move(batch.advances, transaction)
    let lanes = LaneStore(scope: scope)
    try await lanes.check(batch.advances, transaction)
    try await lanes.move(batch.laneMoves, transaction)
  }
}
