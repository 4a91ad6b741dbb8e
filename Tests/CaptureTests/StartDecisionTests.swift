import Postgres
import Testing

@testable import Capture

@Suite struct StartDecisionTests {
  private func decide(
    _ mode: ConnectorConfiguration.SnapshotMode = .initial, offset: StoredOffset? = nil, slot: SlotState? = nil, trustsSlot: Bool = false,
    walEnd: UInt64 = 1000
  ) throws -> StartDecision {
    try StartDecision.decide(
      mode: mode, slotName: "s", database: "shop", trustsSlot: trustsSlot, offset: offset, slot: slot, systemID: "1",
      walEnd: LSN(rawValue: walEnd))
  }

  private func slot(_ confirmed: UInt64 = 100) -> SlotState {
    SlotState(
      plugin: "pgoutput", database: "shop", isActive: false, confirmed: LSN(rawValue: confirmed), walStatus: "reserved", retainedBytes: 0)
  }

  private func offset(_ snapshot: StoredOffset.Snapshot = .completed, end: UInt64? = 100, system: String = "1", slot: String = "s")
    -> StoredOffset
  {
    StoredOffset(
      slot: slot, snapshot: snapshot, systemID: system,
      position: end.map { CommitPosition(commitLSN: LSN(rawValue: $0 - 1), endLSN: LSN(rawValue: $0)) })
  }

  @Test func firstStart() throws {
    #expect(try decide() == .snapshotWithNewSlot(dropFirst: false))
    #expect(try decide(slot: slot()) == .snapshotBesideSlot)
    #expect(try decide(.noData) == .streamFromNewSlot)
    #expect(try decide(.never, slot: slot()) == .stream)
    #expect(try decide(.initialOnly) == .snapshotOnly)
    #expect(try decide(.always) == .snapshotWithNewSlot(dropFirst: false))
  }

  @Test func afterAnUnfinishedSnapshot() throws {
    #expect(try decide(offset: offset(.running, end: nil), slot: slot()) == .snapshotBesideSlot)
    var lost = slot()
    lost.walStatus = "lost"
    #expect(try decide(offset: offset(.running, end: nil), slot: lost) == .snapshotWithNewSlot(dropFirst: true))
    #expect(try decide(offset: offset(.running, end: nil)) == .snapshotWithNewSlot(dropFirst: false))
  }

  @Test func afterACompletedSnapshot() throws {
    #expect(try decide(offset: offset(), slot: slot()) == .stream)
    #expect(try decide(offset: offset(end: 200), slot: slot(100)) == .stream)
    #expect(try decide(offset: offset(end: nil), slot: slot(100)) == .stream)
    #expect(try decide(.always, offset: offset(), slot: slot()) == .snapshotBesideSlot)
    #expect(try decide(.initialOnly, offset: offset()) == .finished)
  }

  @Test func refusesToLoseChanges() throws {
    #expect(throws: CaptureError.self) { try decide(offset: offset(), slot: nil) }
    #expect(throws: CaptureError.self) { try decide(offset: offset(end: 100), slot: slot(101)) }
    #expect(try decide(offset: offset(end: 100), slot: slot(101), trustsSlot: true) == .stream)
    #expect(throws: CaptureError.self) { try decide(offset: offset(system: "2"), slot: slot()) }
    #expect(throws: CaptureError.self) { try decide(offset: offset(slot: "other"), slot: slot()) }
    #expect(throws: CaptureError.self) { try decide(offset: offset(), slot: slot(), walEnd: 99) }
    var lost = slot()
    lost.walStatus = "lost"
    #expect(throws: CaptureError.self) { try decide(offset: offset(), slot: lost) }
  }

  @Test func refusesAForeignSlot() {
    var foreign = slot()
    foreign.plugin = "wal2json"
    #expect(throws: CaptureError.self) { try decide(slot: foreign) }
    foreign = slot()
    foreign.database = "other"
    #expect(throws: CaptureError.self) { try decide(slot: foreign) }
  }
}
