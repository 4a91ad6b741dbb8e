import Testing

@testable import Kafka
@testable import Syncer

@Suite struct FencedMemberTests {
  private let start = ContinuousClock.now
  private var member: FencedMember

  init() {
    member = FencedMember(instanceID: "me", ownID: "me-2", sessionTimeout: .seconds(40), now: start)
  }

  private func group(_ id: String?, _ state: GroupState = .stable) -> GroupDescription {
    let names: [(String, String?)] = [("other-1", "other"), ("nameless", nil)] + (id.map { [($0, "me")] } ?? [])
    return GroupDescription(
      id: "g", state: state, isSimple: false, assignor: "cooperative-sticky",
      members: names.map { .init(id: $0.0, clientID: "c", host: "h", instanceID: $0.1, partitions: []) })
  }

  @Test func theFirstLookIsAtOnceAndLaterForOneThatIsFencedAgain() {
    #expect(member.firstLook(joinedAgainAt: nil, now: start) == start)
    #expect(member.firstLook(joinedAgainAt: start - .seconds(12), now: start) == start + .seconds(40))
    #expect(member.firstLook(joinedAgainAt: start - .seconds(60), now: start) == start)
  }

  @Test mutating func aNameThatNobodyHasIsFree() {
    #expect(member.saw(group(nil), at: start) == .free)
  }

  @Test mutating func aNameHeldUnderTheOwnLastIDIsFree() {
    #expect(member.saw(group("me-2"), at: start) == .free)
  }

  @Test mutating func whoKeepsTheNameForLongerThanASessionLives() {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(52)) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(53)) == .taken)
  }

  @Test mutating func twinsThatTakeTurnsLive() {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.saw(group("me-4"), at: start + .seconds(53)) == .taken)
  }

  @Test mutating func whoFallsSilentWithinASessionIsNobody() {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.saw(group(nil), at: start + .seconds(41)) == .free)
  }

  @Test mutating func aCoordinatorThatWasAwayBeginsTheWaitAgain() {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.sawNothing(at: start + .seconds(20)) == .unclear)
    #expect(member.sawNothing(at: start + .seconds(22)) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(60)) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(113)) == .taken)
  }

  @Test mutating func oneLookWithoutAnAnswerDoesNotBeginTheWaitAgain() {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.sawNothing(at: start + .seconds(20)) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(53)) == .taken)
  }

  @Test(arguments: [GroupState.preparingRebalance, .completingRebalance])
  mutating func aRebalanceKeepsThoseThatAreGone(_ state: GroupState) {
    #expect(member.saw(group("me-3"), at: start) == .unclear)
    #expect(member.saw(group("me-3", state), at: start + .seconds(53)) == .unclear)
    #expect(member.saw(group("me-3"), at: start + .seconds(54)) == .unclear)
  }

  @Test mutating func whatDoesNotBecomeClearEnds() {
    #expect(member.sawNothing(at: start + .seconds(519)) == .unclear)
    #expect(member.sawNothing(at: start + .seconds(520)) == .taken)
  }
}
