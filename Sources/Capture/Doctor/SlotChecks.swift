internal import Postgres

/// Judges the slot and the stored offset. Pure.
struct SlotChecks {
  let facts: SourceFacts
  let configuration: ConnectorConfiguration

  func findings() -> [Finding] {
    let name = configuration.slotName
    guard let slot = facts.slot else { return [absent(name)] }
    let state = slot.state
    if let plugin = state.plugin, plugin != "pgoutput" {
      return [
        Finding("slot", .error, subject: name, "uses the plug-in \(plugin)", advice: "name another slot in slot.name; pgoutput is expected")
      ]
    }
    if let database = state.database, database != configuration.database.database {
      return [Finding("slot", .error, subject: name, "belongs to the database \"\(database)\"", advice: "name another slot in slot.name")]
    }
    if state.walStatus == "lost" || slot.invalidationReason != nil {
      let why = slot.invalidationReason.map { ": \($0)" } ?? ": the server removed WAL that was not read yet"
      return [unusable(name, "is lost\(why)", advice: "drop the slot and remove the stored offset: a new snapshot is needed")]
    }
    return [activity(name, state), retention(name, state)] + failover(name, slot)
  }

  private func absent(_ name: String) -> Finding {
    if let position = facts.offset?.position {
      return unusable(
        name, "does not exist, though changes up to \(position.endLSN) were sent",
        advice: "changes since then are lost: remove the stored offset for a new snapshot")
    }
    return Finding("slot", .ok, subject: name, "does not exist yet: the start makes it")
  }

  /// What `sluice.slot.policy` makes of it is said where it is not the end.
  private func unusable(_ name: String, _ message: String, advice: String) -> Finding {
    switch configuration.slotPolicy {
    case .fail: Finding("slot", .error, subject: name, message, advice: advice)
    case .resnapshot:
      Finding("slot", .warning, subject: name, message, advice: "the start takes a new snapshot (sluice.slot.policy)")
    case .trustSlot:
      Finding("slot", .warning, subject: name, message, advice: "the start goes on without what is lost (sluice.slot.policy)")
    }
  }

  private func activity(_ name: String, _ state: SlotState) -> Finding {
    state.isActive
      ? Finding(
        "slot", .warning, subject: name, "is read by another process now",
        advice: "if it is not this connector, stop it or give this connector a slot.name of its own")
      : Finding("slot", .ok, subject: name, "is there, nobody reads it")
  }

  private func retention(_ name: String, _ state: SlotState) -> Finding {
    let text = "holds back \(ServerChecks.size(state.retainedBytes)) of WAL, wal_status \(state.walStatus ?? "unknown")"
    if state.walStatus == "unreserved" {
      return Finding(
        "slot retention", .error, subject: name, text, advice: "start the connector at once: the next checkpoint may remove what it needs")
    }
    if let safe = state.safeBytes, safe < max(state.retainedBytes / 4, 64 << 20) {
      return Finding(
        "slot retention", .warning, subject: name, "\(text); it is lost after \(ServerChecks.size(max(safe, 0))) more",
        advice: "start the connector, or raise max_slot_wal_keep_size")
    }
    return Finding("slot retention", .ok, subject: name, text)
  }

  private func failover(_ name: String, _ slot: SourceFacts.Slot) -> [Finding] {
    guard configuration.slotFailover, slot.isFailover == false else { return [] }
    return [Finding("slot.failover", .ok, subject: name, "is no failover slot yet: the start makes it one")]
  }
}
