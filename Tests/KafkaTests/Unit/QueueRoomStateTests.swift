import Testing

@testable import Kafka

@Suite struct QueueRoomStateTests {
  @Test func roomThatCameSinceTheLookIsNotMissed() {
    var room = QueueRoomState<Int>()
    let seen = room.generation
    #expect(room.free() == nil)
    #expect(room.enter(1, seen: seen, deadline: 10, isFirst: true) == .retry)
    #expect(room.enter(1, seen: room.generation, deadline: 10, isFirst: true) == .waiting)
  }

  @Test func waitersGoInTheOrderInWhichTheyCame() {
    var room = QueueRoomState<Int>()
    for ticket in 1...3 as ClosedRange<UInt64> {
      #expect(room.enter(ticket, seen: 0, deadline: 10, isFirst: false) == .waiting)
    }
    #expect(room.free() == 1)
    // It met a full queue again and has its turn still.
    #expect(room.enter(4, seen: room.generation, deadline: 10, isFirst: true) == .waiting)
    #expect(room.free() == 4)
    #expect(room.passOn() == 2)
    #expect(room.passOn() == 3)
    #expect(room.passOn() == nil)
  }

  @Test func aNewcomerQueuesBehindOthersEvenIfRoomCame() {
    var room = QueueRoomState<Int>()
    _ = room.enter(1, seen: 0, deadline: 10, isFirst: false)
    _ = room.enter(2, seen: 0, deadline: 10, isFirst: false)
    _ = room.free()
    #expect(room.enter(3, seen: 0, deadline: 10, isFirst: false) == .waiting)
    #expect(room.passOn() == 2)
  }

  @Test func deadlinesAndDeparturesTakeOut() {
    var room = QueueRoomState<Int>()
    _ = room.enter(1, seen: 0, deadline: 5, isFirst: false)
    _ = room.enter(2, seen: 0, deadline: 9, isFirst: false)
    #expect(room.expire(at: 5) == [1])
    #expect(room.expire(at: 5) == [])
    let isThere = room.leave(2)
    #expect(isThere)
    let isThereStill = room.leave(2)
    #expect(!isThereStill)
    #expect(room.free() == nil)
  }

  @Test func closingWakesEverybodyForGood() {
    var room = QueueRoomState<Int>()
    _ = room.enter(1, seen: 0, deadline: 5, isFirst: false)
    #expect(room.close() == [1])
    #expect(room.enter(2, seen: 0, deadline: 5, isFirst: false) == .retry)
  }
}
