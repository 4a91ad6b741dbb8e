import ChangeEvents
import Postgres
import Testing

@testable import Capture

@Suite struct IncrementalMachineTests {
  private static func machine(_ tables: String...) -> IncrementalMachine {
    var machine = IncrementalMachine()
    _ = machine.execute(SnapshotRequest(kind: .incremental, collections: tables), id: "s", captured: ["a.x", "a.y", "b.z"])
    return machine
  }

  @Test func expressionsAreExpandedOnceAndUnknownNamesStay() {
    #expect(
      IncrementalMachine.expand(["a\\..*", "a.x", "c.q", "\"b\".\"z\""], captured: ["a.x", "a.y", "b.z"]) == ["a.x", "a.y", "c.q", "b.z"])
  }

  @Test func theFirstMatchingConditionCountsWithoutRegardToCase() {
    var machine = IncrementalMachine()
    let request = SnapshotRequest(
      kind: .incremental, collections: ["a\\..*"],
      conditions: [.init(collection: "A\\.X", filter: "v > 1"), .init(collection: "a.*", filter: " ")], surrogateKey: "k")
    #expect(machine.execute(request, id: "s", captured: ["a.x", "a.y"]) == [.started(tables: ["a.x", "a.y"])])
    #expect(
      machine.state.tables == [
        .init(name: "a.x", filter: "v > 1", surrogateKey: "k"), .init(name: "a.y", filter: nil, surrogateKey: "k"),
      ])
    #expect(machine.execute(request, id: "t", captured: ["a.x"]) == [])
    #expect(machine.state.tables.count == 3 && machine.lastCorrelationID == "t")
  }

  @Test func aCursorMovesOnlyWhenItsRowsWereHandedOn() {
    var machine = Self.machine("a.x")
    _ = machine.begun(columns: ["id"], maximum: ["9"])
    #expect(
      machine.chunkRead(rows: 3, last: ["3"], isLast: false) == [.inProgress(table: "a.x", maximum: ["9"], last: ["3"], tables: ["a.x"])])
    #expect(machine.state.cursor?.last == nil && !machine.wantsChunk)
    machine.windowDiscarded()
    #expect(machine.wantsChunk && machine.state.cursor?.last == nil)
    _ = machine.chunkRead(rows: 3, last: ["3"], isLast: false)
    #expect(machine.windowClosed() == [])
    #expect(machine.state.cursor?.last == ["3"] && machine.state.cursor?.rows == 3 && machine.wantsChunk)
    _ = machine.chunkRead(rows: 2, last: ["9"], isLast: true)
    #expect(machine.windowClosed() == [.scanned(table: "a.x", rows: 5, .succeeded, tables: ["a.x"]), .completed])
    #expect(!machine.state.isRunning && machine.state.correlationID == nil)
  }

  @Test func aTableWhoseKeyChangedIsBegunAgain() {
    var machine = Self.machine("a.x")
    _ = machine.begun(columns: ["id"], maximum: ["9"])
    #expect(machine.cursor(orderedBy: ["id"]) != nil)
    #expect(machine.cursor(orderedBy: ["id", "part"]) == nil && machine.state.cursor == nil)
  }

  @Test func stoppingSomeLeavesTheOthers() {
    var machine = Self.machine("a.x", "a.y", "b.z")
    _ = machine.begun(columns: ["id"], maximum: ["9"])
    _ = machine.chunkRead(rows: 1, last: ["1"], isLast: false)
    #expect(machine.stop(["a.y"], captured: []) == [.aborted(tables: ["a.y"])])
    #expect(machine.hasWindow)
    #expect(machine.stop(["a.x"], captured: []) == [.aborted(tables: ["a.x"])])
    #expect(!machine.hasWindow && machine.state.cursor == nil && machine.table?.name == "b.z")
    #expect(machine.stop(nil, captured: []) == [.aborted(tables: ["b.z"])])
    #expect(!machine.state.isRunning && machine.stop(nil, captured: []) == [])
  }

  @Test func pausedMeansNoFurtherChunk() {
    var machine = Self.machine("a.x")
    #expect(machine.pause() == [.paused(tables: ["a.x"])] && !machine.wantsChunk && machine.pause() == [])
    #expect(machine.resume() == [.resumed(tables: ["a.x"])] && machine.wantsChunk && machine.resume() == [])
  }

  @Test func theStateSurvivesItsTextAndDamage() throws {
    var machine = Self.machine("a.x", "b.z")
    _ = machine.take(.kafka(offset: 3))
    _ = machine.begun(columns: ["id", "n"], maximum: ["9", nil])
    _ = machine.chunkRead(rows: 1, last: ["1", "\u{0}\"\\"], isLast: false)
    _ = machine.windowClosed()
    var offset = StoredOffset(slot: "s", snapshot: .completed, systemID: "1")
    offset.incremental = machine.state
    #expect(try StoredOffset(parsing: offset.text.utf8) == offset)
    for text in ["{}", #"{"cursor":{"columns":["a"],"maximum":[]}}"#, #"{"tables":[{}],"cursor":3}"#] {
      #expect(IncrementalState(try JSONDocument(parsing: text.utf8)).cursor == nil)
    }
  }

  @Test func transactionsAreSeenAcrossTheWrapOfTheirIds() throws {
    let snapshot = try #require(TransactionSnapshot("4294967290:4294967298:4294967292,4294967296"))
    #expect(snapshot.sees(4_294_967_290) && !snapshot.sees(4_294_967_292))
    #expect(!snapshot.sees(0) && snapshot.sees(1) && !snapshot.sees(2) && snapshot.sees(4_000_000_000))
    var recent = RecentTransactions()
    for id in 0..<3000 as Range<UInt32> { recent.insert(id) }
    #expect(recent.areSeen(by: TransactionSnapshot(xmax: 3000)))
    #expect(!recent.areSeen(by: TransactionSnapshot(xmax: 3000, inProgress: [2999])))
    #expect(recent.areSeen(by: TransactionSnapshot(xmax: 3000, inProgress: [5])))
    for text in ["", "1:2", "a:b:", "1:2:x"] { #expect(TransactionSnapshot(text) == nil) }
  }
}
