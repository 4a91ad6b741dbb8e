import Testing

@testable import Commands

struct BackoffTests {
  @Test func doublesUpToItsCap() {
    let backoff = Backoff(first: .milliseconds(20), maximum: .milliseconds(100))
    #expect((1...5).map { backoff.ceiling(after: $0) } == [20, 40, 80, 100, 100].map { .milliseconds($0) })
    #expect(backoff.ceiling(after: 1_000_000) == .milliseconds(100))
    for attempt in 1...50 {
      let pause = backoff.pause(after: attempt)
      #expect(pause >= .zero && pause <= .milliseconds(100))
    }
  }
}
