import Kafka
import Testing

@testable import Syncer

@Suite struct BackpressureTests {
  private let a = TopicPartition(topic: "a", partition: 0)
  private let b = TopicPartition(topic: "b", partition: 0)
  private let start = ContinuousClock.now

  @Test func aPartitionThatIsSoonServedIsNotPaused() {
    var backpressure = Backpressure(limit: 100)
    #expect(backpressure.measures(surfeit: [a], resting: [], footprint: 60, now: start) == .init(paused: [], holdsBack: false))
    #expect(backpressure.measures(surfeit: [], resting: [], footprint: 10, now: start + .milliseconds(200)).paused.isEmpty)
    #expect(backpressure.measures(surfeit: [a], resting: [], footprint: 60, now: start + .milliseconds(300)).paused.isEmpty)
  }

  @Test func nothingIsPolledIntoAFullQueue() {
    var backpressure = Backpressure(limit: 100)
    #expect(backpressure.measures(surfeit: [a], resting: [], footprint: 100, now: start) == .init(paused: [], holdsBack: true))
  }

  @Test func aPartitionThatHasTooMuchForLongIsPausedAndTheOthersArePolled() {
    var backpressure = Backpressure(limit: 100)
    _ = backpressure.measures(surfeit: [a], resting: [], footprint: 100, now: start)
    let late = start + Backpressure.patience
    #expect(backpressure.measures(surfeit: [a], resting: [], footprint: 100, now: late) == .init(paused: [a], holdsBack: false))
    #expect(backpressure.measures(surfeit: [a, b], resting: [a], footprint: 100, now: late) == .init(paused: [a], holdsBack: true))
  }

  @Test func whatRestsGoesOnWhenItHasItsShareAgain() {
    var backpressure = Backpressure(limit: 100)
    #expect(backpressure.measures(surfeit: [a], resting: [a], footprint: 60, now: start).paused == [a])
    #expect(backpressure.measures(surfeit: [], resting: [a], footprint: 40, now: start).paused.isEmpty)
  }
}
