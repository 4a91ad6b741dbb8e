import Testing

@testable import Syncer

@Suite struct FencedMemberTests {
  private let start = ContinuousClock.now
  private var member = FencedMember(ownID: "me-2", sessionTimeout: .seconds(40))

  @Test mutating func aNameThatNobodyHasIsFree() {
    #expect(member.saw(holder: nil, at: start) == .free)
  }

  @Test mutating func aNameHeldUnderTheOwnLastIDIsFree() {
    #expect(member.saw(holder: "me-2", at: start) == .free)
  }

  @Test mutating func whoKeepsTheNameForLongerThanASessionLives() {
    #expect(member.saw(holder: "me-3", at: start) == .unclear)
    #expect(member.saw(holder: "me-3", at: start + .seconds(52)) == .unclear)
    #expect(member.saw(holder: "me-3", at: start + .seconds(53)) == .taken)
  }

  @Test mutating func twinsThatTakeTurnsLive() {
    #expect(member.saw(holder: "me-3", at: start) == .unclear)
    #expect(member.saw(holder: "me-4", at: start + .seconds(53)) == .taken)
  }

  @Test mutating func whoFallsSilentWithinASessionIsNobody() {
    #expect(member.saw(holder: "me-3", at: start) == .unclear)
    #expect(member.saw(holder: nil, at: start + .seconds(41)) == .free)
  }

  @Test mutating func aCoordinatorThatWasAwayBeginsTheWaitAgain() {
    #expect(member.saw(holder: "me-3", at: start) == .unclear)
    member.sawNothing()
    #expect(member.saw(holder: "me-3", at: start + .seconds(60)) == .unclear)
    #expect(member.saw(holder: "me-3", at: start + .seconds(113)) == .taken)
  }
}
