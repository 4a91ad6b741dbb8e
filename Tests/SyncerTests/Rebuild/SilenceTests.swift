import Testing

@testable import Syncer

@Suite struct SilenceTests {
  private func steps(_ silence: inout Silence, _ seconds: [Int], isExhausted: Bool = false) -> [Silence.Step] {
    seconds.map { silence.step(after: .seconds($0), isExhausted: isExhausted) }
  }

  @Test func theBrokerIsAskedOncePerQuietTimeAndThePlacesAreSoughtOnce() {
    var silence = Silence(quietAfter: .seconds(5))
    #expect(steps(&silence, [1, 5, 6]) == [.keepReading, .keepReading, .seekAgain])
    #expect(steps(&silence, [1, 5, 6, 9, 11, 12]) == [.keepReading, .keepReading, .ask, .keepReading, .ask, .keepReading])
  }

  @Test func whatHasEndedBeforeItWasSoughtAgainEndsNothing() {
    var silence = Silence(quietAfter: .seconds(5))
    #expect(steps(&silence, [6], isExhausted: true) == [.seekAgain])
    #expect(steps(&silence, [4, 6], isExhausted: true) == [.keepReading, .end])
  }

  @Test func whoSleptForLongSeeksBeforeGivingUp() {
    var silence = Silence(quietAfter: .seconds(5))
    #expect(steps(&silence, [3600]) == [.seekAgain])
    #expect(steps(&silence, [1, 4]) == [.keepReading, .keepReading])
  }

  @Test func newsBeginAnew() {
    var silence = Silence(quietAfter: .seconds(5))
    #expect(steps(&silence, [6]) == [.seekAgain])
    #expect(steps(&silence, [6]) == [.ask])
    silence.wasBroken()
    #expect(steps(&silence, [5, 6], isExhausted: true) == [.keepReading, .seekAgain])
  }

  @Test(arguments: [(1, 60), (5, 60), (10, 120)])
  func patienceEndsAfterAMinuteOrTwelveQuietTimes(_ quiet: Int, _ seconds: Int) {
    var silence = Silence(quietAfter: .seconds(quiet))
    #expect(steps(&silence, [quiet + 1]) == [.seekAgain])
    var gaveUpAt: Int?
    for second in 0...300 where gaveUpAt == nil {
      if silence.step(after: .seconds(second), isExhausted: false) == .giveUp { gaveUpAt = second }
    }
    #expect(gaveUpAt == seconds + 1)
  }
}
