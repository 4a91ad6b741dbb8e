import Testing

@testable import Postgres

@Suite struct ReplicationCommandTests {
  @Test(arguments: [
    (140_010, SlotSnapshot.export, false, "CREATE_REPLICATION_SLOT \"s\" LOGICAL \"pgoutput\" EXPORT_SNAPSHOT"),
    (140_010, .nothing, true, "CREATE_REPLICATION_SLOT \"s\" TEMPORARY LOGICAL \"pgoutput\" NOEXPORT_SNAPSHOT"),
    (130_000, .use, false, "CREATE_REPLICATION_SLOT \"s\" LOGICAL \"pgoutput\" USE_SNAPSHOT"),
    (150_000, .export, false, "CREATE_REPLICATION_SLOT \"s\" LOGICAL \"pgoutput\" (SNAPSHOT 'export')"),
    (180_000, .use, true, "CREATE_REPLICATION_SLOT \"s\" TEMPORARY LOGICAL \"pgoutput\" (SNAPSHOT 'use')"),
  ])
  func createsSlotsInTheServersDialect(version: Int, snapshot: SlotSnapshot, temporary: Bool, expected: String) {
    let command = ReplicationCommand.createLogicalSlot(
      name: "s", plugin: "pgoutput", temporary: temporary, snapshot: snapshot, twoPhase: false, failover: false, serverVersion: version)
    #expect(command == expected)
  }

  @Test func quotesOptions() throws {
    let command = ReplicationCommand.startLogical(
      slot: "my slot", from: try #require(LSN("1/2")), options: [("proto_version", "1"), ("publication_names", "\"it's\",b")])
    #expect(command == "START_REPLICATION SLOT \"my slot\" LOGICAL 1/2 (\"proto_version\" '1', \"publication_names\" '\"it''s\",b')")
  }
}
