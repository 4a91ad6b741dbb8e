import Testing

@testable import Broker

@Suite struct ProducerIDGeneratorTests {
  @Test func `ids are handed out once and in order over several blocks`() throws {
    var blocks = 0
    var generator = ProducerIDGenerator {
      defer { blocks += 1 }
      return Int64(blocks * 3)..<Int64(blocks * 3 + 3)
    }
    #expect(try (0..<7).map { _ in try generator.next() } == Array(0..<7))
    #expect(blocks == 3)
  }

  @Test func `a new generator begins with a block of its own`() throws {
    var next: Int64 = 0
    let reserve = { () -> Range<Int64> in
      defer { next += 1_000 }
      return next..<(next + 1_000)
    }
    var before = ProducerIDGenerator(reserveBlock: reserve)
    #expect(try before.next() == 0)
    var after = ProducerIDGenerator(reserveBlock: reserve)
    #expect(try after.next() == 1_000)
  }

  @Test func `no id is handed out while no block can be reserved`() throws {
    struct Full: Error {}
    var fails = true
    var generator = ProducerIDGenerator {
      if fails { throw Full() }
      return 5..<6
    }
    #expect(throws: ErrorCode.coordinatorLoadInProgress) { try generator.next() }
    fails = false
    #expect(try generator.next() == 5)
  }

  @Test func `ids known from the state log are skipped even if the reservations are behind`() throws {
    var next: Int64 = 0
    var generator = ProducerIDGenerator {
      defer { next += 10 }
      return next..<(next + 10)
    }
    generator.skip(through: 34)
    #expect(try generator.next() == 35)
  }

  @Test func `reservations that never get ahead end with an error`() {
    var generator = ProducerIDGenerator { 0..<10 }
    generator.skip(through: .max)
    generator.skip(through: 100)
    #expect(throws: ErrorCode.coordinatorLoadInProgress) { try generator.next() }
  }
}
