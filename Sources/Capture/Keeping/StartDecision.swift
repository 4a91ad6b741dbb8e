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
  /// Make the slot (after dropping one that is lost) and stream.
  case streamFromNewSlot(dropFirst: Bool)
  /// Stream from where the slot stands.
  case stream
  /// Stream from where the slot stands, whatever the offset says (`sluice.slot.policy=trust_slot`).
  case streamFromSlot
  /// Nothing to do (`initial_only`, and it is done).
  case finished

  /// What the stored offset says is of no use any more.
  var forgetsOffset: Bool {
    switch self {
    case .snapshotWithNewSlot, .streamFromNewSlot, .streamFromSlot: true
    case .snapshotBesideSlot, .snapshotOnly, .stream, .finished: false
    }
  }

  /// What is known at a start.
  struct Situation: Sendable {
    var slotName: String
    var database: String
    /// A slot ahead of the offset is followed (`offset.mismatch.strategy`).
    var trustsSlot: Bool
    var offset: StoredOffset?
    var slot: SlotState?
    var systemID: String
    var walEnd: LSN
  }

  /// - Throws: `CaptureError` when going on would lose changes without anybody noticing.
  static func decide(
    mode: ConnectorConfiguration.SnapshotMode, flags: SnapshotSettings.ConfigurationBased = .init(),
    policy: ConnectorConfiguration.SlotPolicy = .fail, _ situation: Situation
  ) throws(CaptureError) -> StartDecision {
    let slot = situation.slot
    try checkOwner(situation)
    let isFlagged = mode == .configurationBased
    let takesAlways = mode == .always || (isFlagged && flags.takesData)
    let takesFirst = takesAlways || mode == .initial || mode == .initialOnly || mode == .whenNeeded
    let streams = mode != .initialOnly && (!isFlagged || flags.streams)
    let resnapshots = mode == .whenNeeded || (isFlagged && flags.onDataError)
    guard let offset = situation.offset, offset.snapshot != .running else {
      guard streams else { return takesFirst ? .snapshotOnly : .finished }
      guard takesFirst || (situation.offset != nil && (resnapshots || policy == .resnapshot)) else {
        return slot == nil ? .streamFromNewSlot(dropFirst: false) : .stream
      }
      guard let slot else { return .snapshotWithNewSlot(dropFirst: false) }
      return situation.offset != nil && slot.walStatus == "lost" ? .snapshotWithNewSlot(dropFirst: true) : .snapshotBesideSlot
    }
    guard streams else { return isFlagged && takesAlways ? .snapshotOnly : .finished }
    guard let loss = loss(situation) else { return takesAlways ? .snapshotBesideSlot : .stream }
    switch policy == .fail && resnapshots ? .resnapshot : policy {
    case .fail: throw loss
    case .resnapshot: return .snapshotWithNewSlot(dropFirst: slot != nil)
    case .trustSlot:
      guard let slot else { return .streamFromNewSlot(dropFirst: false) }
      return slot.walStatus == "lost" ? .streamFromNewSlot(dropFirst: true) : .streamFromSlot
    }
  }

  private static func checkOwner(_ situation: Situation) throws(CaptureError) {
    guard let slot = situation.slot else { return }
    if let plugin = slot.plugin, plugin != "pgoutput" {
      throw .configuration("the slot \"\(situation.slotName)\" uses the plug-in \(plugin), expected pgoutput: name another slot")
    }
    if let other = slot.database, other != situation.database {
      throw .configuration(
        "the slot \"\(situation.slotName)\" belongs to the database \"\(other)\", not \"\(situation.database)\": name another slot")
    }
  }

  /// Why changes that follow the stored offset are not in the slot; nil if they are.
  static func loss(_ situation: Situation) -> CaptureError? {
    guard let offset = situation.offset, offset.snapshot != .running else { return nil }
    let name = situation.slotName
    let advice = "remove the stored offset for a new snapshot, or set sluice.slot.policy to resnapshot or trust_slot"
    guard offset.slot == name else {
      return .configuration(
        "the stored offset belongs to the slot \"\(offset.slot)\", but slot.name is \"\(name)\": changes between the two would be lost; "
          + "restore slot.name, or \(advice)")
    }
    guard offset.systemID == situation.systemID else {
      return .failed(
        "the stored offset belongs to another PostgreSQL cluster (\(offset.systemID)) than the one that answers (\(situation.systemID)): "
          + advice)
    }
    // Transactions below the stored position count as delivered: in a WAL that was rolled back they would be new ones.
    if let position = offset.position, situation.walEnd < position.endLSN {
      return .failed(
        "the WAL of the server ends at \(situation.walEnd), before the stored offset \(position.endLSN): it was restored from a backup, or a "
          + "standby that was behind took over; \(advice)")
    }
    guard let slot = situation.slot else {
      return .failed(
        "the slot \"\(name)\" does not exist, though its snapshot was completed: changes since "
          + "\(offset.position?.endLSN.description ?? "then") are lost; \(advice)")
    }
    if slot.walStatus == "lost" {
      return .failed(
        "the slot \"\(name)\" is lost: the server removed WAL that was not read yet (max_slot_wal_keep_size), or invalidated the slot; drop the "
          + "slot and \(advice)")
    }
    if let position = offset.position, let confirmed = slot.confirmed, position.endLSN < confirmed, !situation.trustsSlot {
      return .failed(
        "the slot \"\(name)\" stands at \(confirmed), beyond the stored offset \(position.endLSN): another reader moved it, or it was made "
          + "anew, and changes between are lost; \(advice), or set offset.mismatch.strategy to trust_slot")
    }
    return nil
  }
}
