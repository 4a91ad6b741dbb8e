import Postgres
import Testing

@testable import Capture

@Suite struct StartDecisionTests {
  private func decide(
    _ mode: ConnectorConfiguration.SnapshotMode = .initial, offset: StoredOffset? = nil, slot: SlotState? = nil, trustsSlot: Bool = false,
    walEnd: UInt64 = 1000, policy: ConnectorConfiguration.SlotPolicy = .fail, flags: SnapshotSettings.ConfigurationBased = .init()
  ) throws -> StartDecision {
    try StartDecision.decide(
      mode: mode, flags: flags, policy: policy,
      .init(
        slotName: "s", database: "shop", trustsSlot: trustsSlot, offset: offset, slot: slot, systemID: "1", walEnd: LSN(rawValue: walEnd)))
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
    #expect(try decide(.noData) == .streamFromNewSlot(dropFirst: false))
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

  @Test func aLossIsAnsweredAsThePolicySays() throws {
    var lost = slot()
    lost.walStatus = "lost"
    let losses: [(offset: StoredOffset, slot: SlotState?, walEnd: UInt64)] = [
      (offset(), nil, 1000), (offset(), lost, 1000), (offset(end: 100), slot(101), 1000), (offset(system: "2"), slot(), 1000),
      (offset(slot: "other"), slot(), 1000), (offset(), slot(), 99),
    ]
    for (offset, slot, walEnd) in losses {
      #expect(throws: CaptureError.self) { try decide(offset: offset, slot: slot, walEnd: walEnd) }
      #expect(throws: CaptureError.self) { try decide(.noData, offset: offset, slot: slot, walEnd: walEnd) }
      let resnapshot = StartDecision.snapshotWithNewSlot(dropFirst: slot != nil)
      #expect(try decide(offset: offset, slot: slot, walEnd: walEnd, policy: .resnapshot) == resnapshot)
      #expect(try decide(.noData, offset: offset, slot: slot, walEnd: walEnd, policy: .resnapshot) == resnapshot)
      #expect(try decide(.whenNeeded, offset: offset, slot: slot, walEnd: walEnd) == resnapshot)
      let flags = SnapshotSettings.ConfigurationBased(streams: true, onDataError: true)
      #expect(try decide(.configurationBased, offset: offset, slot: slot, walEnd: walEnd, flags: flags) == resnapshot)
      let trusting = try decide(offset: offset, slot: slot, walEnd: walEnd, policy: .trustSlot)
      #expect(trusting == (slot == nil || slot == lost ? .streamFromNewSlot(dropFirst: slot != nil) : .streamFromSlot))
      #expect(trusting.forgetsOffset)
    }
  }

  @Test func whenNeededIsInitialWhileNothingIsLost() throws {
    #expect(try decide(.whenNeeded) == .snapshotWithNewSlot(dropFirst: false))
    #expect(try decide(.whenNeeded, offset: offset(), slot: slot()) == .stream)
  }

  @Test func configurationBasedFollowsItsFlags() throws {
    func flags(_ data: Bool, _ streams: Bool) -> SnapshotSettings.ConfigurationBased { .init(takesData: data, streams: streams) }
    #expect(try decide(.configurationBased) == .finished)
    #expect(try decide(.configurationBased, flags: flags(true, false)) == .snapshotOnly)
    #expect(try decide(.configurationBased, offset: offset(), flags: flags(true, false)) == .snapshotOnly)
    #expect(try decide(.configurationBased, flags: flags(false, true)) == .streamFromNewSlot(dropFirst: false))
    #expect(try decide(.configurationBased, flags: flags(true, true)) == .snapshotWithNewSlot(dropFirst: false))
    #expect(try decide(.configurationBased, offset: offset(), slot: slot(), flags: flags(true, true)) == .snapshotBesideSlot)
    #expect(try decide(.configurationBased, offset: offset(), slot: slot(), flags: flags(false, true)) == .stream)
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
