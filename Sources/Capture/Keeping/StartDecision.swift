internal import Postgres

/// What a start does, decided from what is known before anything is changed. Pure.
enum StartDecision: Hashable, Sendable {
  /// Make the slot (after dropping a lost one that an unfinished snapshot left), read the tables at its consistent point, stream.
  case snapshotWithNewSlot(dropFirst: Bool)
  /// Read the tables as they are now, then stream what the slot has kept: some changes are older than the rows read.
  ///
  /// So goes an unfinished snapshot on, too. With a new slot in its place, what happened between the two would be in no stream: the delete of
  /// a row that the first snapshot has sent already, and rows that came and went, which is what an outbox consists of.
  case snapshotBesideSlot
  /// Read the tables and stop (`initial_only`).
  case snapshotOnly
  /// Make the slot and stream.
  case streamFromNewSlot
  /// Stream from where the slot stands.
  case stream
  /// Nothing to do (`initial_only`, and it is done).
  case finished

  /// - Throws: `CaptureError` when going on would lose changes without anybody noticing.
  static func decide(
    mode: ConnectorConfiguration.SnapshotMode, slotName: String, database: String, trustsSlot: Bool, offset: StoredOffset?,
    slot: SlotState?, systemID: String, walEnd: LSN
  ) throws(CaptureError) -> StartDecision {
    if let slot {
      if let plugin = slot.plugin, plugin != "pgoutput" {
        throw .configuration("the slot \"\(slotName)\" uses the plug-in \(plugin), expected pgoutput: name another slot")
      }
      if let other = slot.database, other != database {
        throw .configuration("the slot \"\(slotName)\" belongs to the database \"\(other)\", not \"\(database)\": name another slot")
      }
    }
    guard let offset, offset.snapshot != .running else {
      if mode == .initialOnly { return .snapshotOnly }
      guard mode.takesSnapshot else { return slot == nil ? .streamFromNewSlot : .stream }
      guard let slot else { return .snapshotWithNewSlot(dropFirst: false) }
      return offset != nil && slot.walStatus == "lost" ? .snapshotWithNewSlot(dropFirst: true) : .snapshotBesideSlot
    }
    if mode == .initialOnly { return .finished }
    guard offset.slot == slotName else {
      throw .configuration(
        "the stored offset belongs to the slot \"\(offset.slot)\", but slot.name is \"\(slotName)\": changes between the two would be lost; "
          + "restore slot.name, or remove the offset for a new snapshot")
    }
    guard offset.systemID == systemID else {
      throw .failed(
        "the stored offset belongs to another PostgreSQL cluster (\(offset.systemID)) than the one that answers (\(systemID)): "
          + "remove the offset for a new snapshot")
    }
    // Transactions below the stored position count as delivered: in a WAL that was rolled back they would be new ones.
    if let position = offset.position, walEnd < position.endLSN {
      throw .failed(
        "the WAL of the server ends at \(walEnd), before the stored offset \(position.endLSN): it was restored from a backup, or a standby that "
          + "was behind took over; remove the stored offset for a new snapshot")
    }
    guard let slot else {
      throw .failed(
        "the slot \"\(slotName)\" does not exist, though its snapshot was completed: changes since \(offset.position?.endLSN.description ?? "then") "
          + "are lost; remove the stored offset for a new snapshot")
    }
    if slot.walStatus == "lost" {
      throw .failed(
        "the slot \"\(slotName)\" is lost: the server removed WAL that was not read yet (max_slot_wal_keep_size); drop the slot and remove the "
          + "stored offset for a new snapshot")
    }
    if let position = offset.position, let confirmed = slot.confirmed, position.endLSN < confirmed, !trustsSlot {
      throw .failed(
        "the slot \"\(slotName)\" stands at \(confirmed), beyond the stored offset \(position.endLSN): another reader moved it, or it was made anew, "
          + "and changes between are lost; remove the stored offset for a new snapshot, or set offset.mismatch.strategy to trust_slot")
    }
    return mode == .always ? .snapshotBesideSlot : .stream
  }
}
