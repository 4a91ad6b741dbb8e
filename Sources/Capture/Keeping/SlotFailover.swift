internal import Logging
internal import Postgres

/// Slots that standbys keep, too, so that the stream goes on after one was promoted.
///
/// PostgreSQL 17, "Logical Replication Failover": the standby has `sync_replication_slots` on, and the primary names the standby's physical
/// slot in `synchronized_standby_slots`, so that nothing is streamed that the standby does not have.
enum SlotFailover {
  private static let firstVersion = 170_000

  static func isPossible(_ configuration: ConnectorConfiguration, _ replication: ReplicationConnection) -> Bool {
    configuration.slotFailover && replication.serverVersion >= firstVersion
  }

  /// Makes a slot from before the setting one that is kept; warns where the server cannot.
  ///
  /// - Throws: `PostgresError`.
  static func extend(_ configuration: ConnectorConfiguration, _ replication: ReplicationConnection, _ logger: Logger) async throws {
    guard configuration.slotFailover else { return }
    guard isPossible(configuration, replication) else {
      return logger.warning(
        "slot.failover has no effect: the server is older than PostgreSQL 17, and a promoted standby will not have the slot",
        metadata: ["slot": "\(configuration.slotName)", "server": "\(replication.serverVersion / 10_000)"])
    }
    let name = Query.quoted(literal: configuration.slotName)
    let rows = try await replication.query("SELECT failover FROM pg_catalog.pg_replication_slots WHERE slot_name = \(name)")
    guard let row = rows.first, try !row[0, as: Bool.self] else { return }
    try await replication.alterSlot(name: configuration.slotName, failover: true)
    logger.notice("the slot is a failover slot from now on", metadata: ["slot": "\(configuration.slotName)"])
  }
}
