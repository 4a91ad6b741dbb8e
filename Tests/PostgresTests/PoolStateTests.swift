import Testing

@testable import Postgres

@Suite struct PoolStateTests {
  private typealias State = PoolState<Int, String>
  private let now = ContinuousClock.now

  @Test func connectsUpToItsLimitAndThenWaits() {
    var state = State(maximum: 2, maximumWaiting: 1)
    #expect(isConnect(state.acquire()))
    #expect(isConnect(state.acquire()))
    guard case .full = state.acquire() else { return #expect(Bool(false), "not full") }
    #expect(state.wait("first") != nil)
    #expect(state.wait("second") == nil)
    guard case .handOver("first", 1) = state.release(1, at: now, mayKeep: true) else { return #expect(Bool(false), "not handed over") }
    #expect(state.taken == 2)
    guard case .keep = state.release(2, at: now, mayKeep: true) else { return #expect(Bool(false), "not kept") }
    #expect(state.taken == 1)
    guard case .use(let idle) = state.acquire() else { return #expect(Bool(false), "not used again") }
    #expect(idle.item == 2)
  }

  @Test func aLostConnectionsPlaceGoesToTheFirstThatWaits() {
    var state = State(maximum: 1, maximumWaiting: 5)
    #expect(isConnect(state.acquire()))
    _ = state.wait("first")
    _ = state.wait("second")
    #expect(state.giveUpPlace() == "first")
    #expect(state.taken == 1)
    #expect(state.giveUpPlace() == "second")
    #expect(state.giveUpPlace() == nil)
    #expect(state.taken == 0)
  }

  @Test func aClosedConnectionsPlaceIsGranted() {
    var state = State(maximum: 1, maximumWaiting: 5)
    _ = state.acquire()
    _ = state.wait("first")
    guard case .close(9) = state.release(9, at: now, mayKeep: false) else { return #expect(Bool(false), "not closed") }
    #expect(state.grantPlace() == "first")
    #expect(state.grantPlace() == nil)
    #expect(state.taken == 1)
  }

  @Test func whoStopsWaitingGetsNothing() throws {
    var state = State(maximum: 1, maximumWaiting: 5)
    _ = state.acquire()
    let waiting = state.wait("first")
    let id = try #require(waiting)
    #expect(state.stopWaiting(id) == "first")
    #expect(state.stopWaiting(id) == nil)
    guard case .keep = state.release(1, at: now, mayKeep: true) else { return #expect(Bool(false), "given to nobody") }
  }

  @Test func closingReturnsAllAndTakesNothingMore() {
    var state = State(maximum: 2, maximumWaiting: 5)
    _ = state.acquire()
    _ = state.release(1, at: now, mayKeep: true)
    _ = state.acquire()
    _ = state.acquire()
    _ = state.wait("waits")
    let (idle, waiters) = state.close()
    #expect(idle.isEmpty)
    #expect(waiters == ["waits"])
    guard case .closed = state.acquire() else { return #expect(Bool(false), "not closed") }
    guard case .close(1) = state.release(1, at: now, mayKeep: true) else { return #expect(Bool(false), "kept") }
  }

  @Test func takesOutWhatIsIdleForLong() {
    var state = State(maximum: 3, maximumWaiting: 5)
    for _ in 0..<2 { _ = state.acquire() }
    _ = state.release(1, at: now, mayKeep: true)
    _ = state.release(2, at: now.advanced(by: .seconds(10)), mayKeep: true)
    #expect(state.takeIdle(since: now.advanced(by: .seconds(5))) == [1])
    #expect(state.taken == 1)
    #expect(state.idle.map(\.item) == [2])
  }

  private func isConnect(_ acquired: State.Acquired) -> Bool {
    if case .connect = acquired { return true }
    return false
  }
}
