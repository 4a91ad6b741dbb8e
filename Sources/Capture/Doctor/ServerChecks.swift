internal import Postgres

/// Judges the server, the role and what it keeps for slots. Pure.
struct ServerChecks {
  let facts: SourceFacts
  let configuration: ConnectorConfiguration

  func findings() -> [Finding] { [version(), walLevel(), slotsLeft(), sendersLeft()] + limits() + [replicationRight()] + failover() }

  private func version() -> Finding {
    let major = facts.server.version / 10_000
    if facts.server.version < 140_000 {
      return Finding("server version", .error, "PostgreSQL \(major)", advice: "expected PostgreSQL 14 to 18: upgrade the server")
    }
    if major > 18 {
      return Finding("server version", .warning, "PostgreSQL \(major) is newer than what this was tested with, 14 to 18")
    }
    if facts.server.isStandby, major < 16 {
      return Finding(
        "server version", .error, "a standby of PostgreSQL \(major), from which changes cannot be decoded before PostgreSQL 16",
        advice: "name the primary in database.hostname")
    }
    return Finding("server version", .ok, "PostgreSQL \(major)\(facts.server.isStandby ? ", a standby" : "")")
  }

  private func walLevel() -> Finding {
    guard facts.server.walLevel == "logical" else {
      return Finding(
        "wal_level", .error, "\"\(facts.server.walLevel)\"",
        advice: "set wal_level = logical in postgresql.conf (rds.logical_replication = 1 on RDS) and restart the server")
    }
    return Finding("wal_level", .ok, "logical")
  }

  private func slotsLeft() -> Finding {
    let left = facts.server.maxSlots - facts.server.usedSlots
    let text = "\(facts.server.usedSlots) of \(facts.server.maxSlots) in use"
    // A slot that exists needs no other; a snapshot beside it takes a temporary one.
    if facts.slot == nil, left < 1 {
      return Finding(
        "max_replication_slots", .error, "\(text): none is left",
        advice: "raise max_replication_slots and restart the server, or drop a slot")
    }
    if left < 1 {
      return Finding(
        "max_replication_slots", .warning, "\(text): none is left for a snapshot beside the slot", advice: "raise max_replication_slots")
    }
    return Finding("max_replication_slots", .ok, text)
  }

  private func sendersLeft() -> Finding {
    let left = facts.server.maxSenders - facts.server.usedSenders
    let text = "\(facts.server.usedSenders) of \(facts.server.maxSenders) in use"
    if left < 1, facts.slot?.state.isActive != true {
      return Finding("max_wal_senders", .error, "\(text): none is left", advice: "raise max_wal_senders and restart the server")
    }
    return Finding("max_wal_senders", .ok, text)
  }

  private func limits() -> [Finding] {
    var findings: [Finding] = []
    if let bytes = facts.server.slotKeepBytes {
      let text = "the server gives up a slot that holds back more than \(Self.size(bytes))"
      findings.append(
        bytes < 1 << 30
          ? Finding(
            "max_slot_wal_keep_size", .warning, text,
            advice: "raise it above what is written while the connector or Kafka may be away; a lost slot needs a new snapshot")
          : Finding("max_slot_wal_keep_size", .ok, text))
    } else {
      findings.append(
        Finding(
          "max_slot_wal_keep_size", .warning, "unlimited: a connector that is away can fill the server's disk",
          advice: "set a bound, and alert on sluice_capture_retained_wal_bytes"))
    }
    if let timeout = facts.server.idleSlotTimeout {
      findings.append(
        Finding(
          "idle_replication_slot_timeout", .warning, "a slot that nobody reads for \(timeout) is invalidated",
          advice: "raise it above the longest time that the connector may be away; an invalidated slot needs a new snapshot"))
    }
    let interval = configuration.statusInterval
    if facts.server.senderTimeout > 0, interval * 2 > .milliseconds(facts.server.senderTimeout) {
      findings.append(
        Finding(
          "wal_sender_timeout", .ok,
          "\(facts.server.senderTimeout) ms; status.update.interval.ms is more than half of it and is shortened to fit"))
    }
    return findings
  }

  private func replicationRight() -> Finding {
    guard facts.role.mayReplicate else {
      return Finding(
        "role", .error, subject: facts.role.name, "has no REPLICATION attribute",
        advice: "run ALTER ROLE \(Query.quoted(identifier: facts.role.name)) REPLICATION")
    }
    if facts.role.isSuperuser {
      return Finding(
        "role", .warning, subject: facts.role.name, "is a superuser",
        advice: "a role with REPLICATION, and SELECT on the tables, is enough")
    }
    return Finding("role", .ok, subject: facts.role.name, "has the REPLICATION attribute")
  }

  private func failover() -> [Finding] {
    guard configuration.slotFailover else { return [] }
    guard facts.server.version >= 170_000 else {
      return [
        Finding(
          "slot.failover", .warning, "has no effect before PostgreSQL 17: a promoted standby will not have the slot",
          advice: "upgrade, or take a new snapshot after a failover")
      ]
    }
    guard facts.server.synchronizedStandbySlots?.isEmpty == false else {
      return [
        Finding(
          "slot.failover", .warning, "synchronized_standby_slots is empty: changes can be streamed that a standby does not have yet",
          advice: "name the standbys' physical slots there; on them set sync_replication_slots and hot_standby_feedback on, "
            + "and dbname in primary_conninfo")
      ]
    }
    return [Finding("slot.failover", .ok, "standbys keep the slot: \(facts.server.synchronizedStandbySlots ?? "")")]
  }

  static func size(_ bytes: Int64) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << Int64(shift) {
      return "\(bytes >> Int64(shift)) \(unit)"
    }
    return "\(bytes) B"
  }
}
