internal import Postgres

extension StoredOffsets {
  /// After the offsets of a batch were moved: looks whether all were, and moves the lanes.
  ///
  /// - Parameter moves: the rows of ``moving(_:)``.
  /// - Throws: ``OffsetConflict``; the transaction must be rolled back then.
  func settle(_ moves: [Rows], of batch: SinkBatch, _ transaction: Connection) async throws {
    try await check(moves, of: batch.advances, transaction)
    let lanes = LaneStore(scope: scope)
    try await lanes.check(batch.advances, transaction)
    try await lanes.move(batch.laneMoves, transaction)
  }
}
