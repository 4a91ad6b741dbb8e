import Testing

@testable import Kafka
@testable import Syncer

/// Apache Kafka's rules for resetting offsets, and how times are read.
struct ReplayPlanTests {
  private static let partition = TopicPartition(topic: "t", partition: 0)

  private func move(
    _ target: ReplayTarget, stored: Int64? = 50, committed: Int64? = 40, atTime: Int64? = nil
  ) throws -> ReplayMove? {
    let plan = ReplayPlan(
      stored: stored.map { [Self.partition: $0] } ?? [:], committed: committed.map { [Self.partition: $0] } ?? [:],
      log: [Self.partition: Watermarks(low: 10, high: 100)], atTime: atTime.map { [Self.partition: $0] } ?? [:])
    return try plan.moves([Self.partition], to: target).first
  }

  @Test(arguments: [
    (ReplayTarget.earliest, Int64(10), Int64?(40)), (.latest, 100, -50), (.current, 50, 0), (.offset(20), 20, 30), (.offset(100), 100, -50),
    (.shift(-30), 20, 30), (.shift(5), 55, -5), (.time(milliseconds: 5), 70, -20),
    (.offsets([TopicPartition(topic: "t", partition: 0): 33]), 33, 17),
  ]) func aTargetWithinTheLogIsMetExactly(_ target: ReplayTarget, _ next: Int64, _ replayed: Int64?) throws {
    let move = try #require(try move(target, atTime: 70))
    #expect(move.next == next)
    #expect(move.replayed == replayed)
    #expect(move.note == nil)
  }

  @Test(arguments: [
    (ReplayTarget.offset(3), Int64(10)), (.offset(1000), 100), (.shift(-1000), 10), (.shift(1000), 100), (.shift(.min), 10),
    (.shift(.max), 100),
  ]) func whatLiesOutsideOfTheLogBecomesItsEnd(_ target: ReplayTarget, _ next: Int64) throws {
    let move = try #require(try move(target))
    #expect(move.next == next)
    #expect(move.note != nil)
  }

  @Test func theStoredOffsetWinsOverKafkas() throws {
    #expect(try move(.shift(-1))?.next == 49)
    #expect(try move(.shift(-1), stored: nil)?.next == 39)
    let current = try #require(try move(.current))
    #expect(current.changes, "Kafka is at 40 and has to follow")
  }

  @Test func withoutAPositionAShiftIsRefusedAndTheOthersAreNot() throws {
    #expect(throws: ReplayError.self) { try move(.shift(1), stored: nil, committed: nil) }
    #expect(try move(.current, stored: nil, committed: nil)?.next == 100)
    let earliest = try #require(try move(.earliest, stored: nil, committed: nil))
    #expect(earliest.next == 10)
    #expect(earliest.replayed == nil)
  }

  @Test func aTimeThatNoRecordReachesIsTheEnd() throws {
    let move = try #require(try move(.time(milliseconds: 5)))
    #expect(move.next == 100)
    #expect(move.note == "no record is that new")
  }

  @Test func aPositionBeyondTheEndOfATopicMadeAnewReplaysWhatIsThere() throws {
    #expect(try move(.earliest, stored: 5000)?.replayed == 90)
  }

  @Test(arguments: [
    (GroupState.stable, true), (.preparingRebalance, true), (.completingRebalance, true), (.unknown, true), (.empty, false), (.dead, false),
  ]) func onlyAGroupWithoutMembersIsMoved(_ state: GroupState, _ isRefused: Bool) {
    let member = GroupDescription.Member(id: "m", clientID: "c", host: "h", instanceID: "syncer-1", partitions: [])
    let group = GroupDescription(
      id: "g", state: state, isSimple: false, assignor: "", coordinator: 1, members: isRefused ? [member] : [], error: nil)
    let obstacle = Replay.obstacle(group)
    #expect((obstacle != nil) == isRefused)
    #expect(obstacle?.description.contains("session timeout") ?? true)
  }

  @Test(arguments: [
    ("2026-03-01T12:00:00Z", Int64(1_772_366_400_000)), ("2026-03-01T12:00:00", 1_772_366_400_000),
    ("2026-03-01T13:00:00+01:00", 1_772_366_400_000),
    ("2026-03-01T07:30:00.250-0430", 1_772_366_400_250), ("2026-03-01 12:00", 1_772_366_400_000), ("2026-03-01", 1_772_323_200_000),
    ("1970-01-01T00:00:00.5Z", 500), ("1772366400", 1_772_366_400_000), ("1772366400123", 1_772_366_400_123), ("0", 0),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000),
  ]) func timesAreRead(_ text: String, _ milliseconds: Int64) {
    #expect(ReplayTime.milliseconds(parsing: text) == milliseconds)
  }

  @Test(arguments: [
    "", "now", "2026-13-01", "2025-02-29", "2026-03-01T", "2026-03-01T24:00:00Z", "2026-03-01T12:00:00+1", "2026-03-01T12:00:00Zx", "-5",
    "99999999999999999999", "2026-3-1", "1969-12-31", "2026-03-01T12:00:00.Z",
  ]) func whatIsNoTimeIsRefused(_ text: String) {
    #expect(ReplayTime.milliseconds(parsing: text) == nil)
  }

  @Test(arguments: [("PT1H", Int64(3_600_000)), ("P1DT2H3M4S", 93_784_000), ("P7D", 604_800_000), ("PT90S", 90_000)])
  func durationsAreReadAsKafkaDoes(_ text: String, _ milliseconds: Int64) {
    #expect(ReplayTime.duration(parsing: text) == milliseconds)
  }

  @Test(arguments: ["P", "PT", "P1H", "PT1D", "1h", "P1", "PT1M1M", "P1DT", "P99999999999999999D"]) func whatIsNoDurationIsRefused(
    _ text: String
  ) {
    #expect(ReplayTime.duration(parsing: text) == nil)
  }

  @Test func topicsAreNamedWithOrWithoutPartitions() {
    #expect(ReplaySelection(parsing: "orders") == ReplaySelection(topic: "orders"))
    #expect(ReplaySelection(parsing: "orders:0,3") == ReplaySelection(topic: "orders", partitions: [0, 3]))
    for wrong in ["", ":1", "orders:", "orders:a", "orders:1,", "orders:-1"] { #expect(ReplaySelection(parsing: wrong) == nil, "\(wrong)") }
  }
}
