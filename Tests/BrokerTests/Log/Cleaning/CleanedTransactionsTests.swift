import Testing

@testable import Broker

@Suite struct CleanedTransactionsTests {
  var transactions = CleanedTransactions()

  static func batch(_ offset: Int64, producer: Int64, transactional: Bool = true) throws -> BatchHeader {
    var header = try ProducerStatesTests.batch(0, transactional: transactional, id: producer)
    header.baseOffset = offset
    return header
  }

  static let aborted = AbortedTransaction(producerID: 1, firstOffset: 10, lastOffset: 20, lastStableOffset: 21)

  @Test("batches of an aborted transaction may go, its marker stays with its entry as long as one was met")
  mutating func aborts() throws {
    transactions.add([Self.aborted, Self.aborted])
    #expect(try !transactions.meet(batch: Self.batch(5, producer: 1)))
    #expect(try transactions.meet(batch: Self.batch(10, producer: 1)))
    #expect(try !transactions.meet(batch: Self.batch(11, producer: 2)))
    #expect(try !transactions.meet(batch: Self.batch(12, producer: 1, transactional: false)))
    #expect(try !transactions.meet(control: Self.batch(20, producer: 1), outcome: .abort))
    #expect(transactions.takeRetained() == [Self.aborted])
    #expect(transactions.takeRetained().isEmpty)
    #expect(try !transactions.meet(batch: Self.batch(21, producer: 1)))
  }

  @Test("a marker may go once nothing of its transaction is met")
  mutating func markers() throws {
    transactions.add([Self.aborted])
    #expect(try transactions.meet(control: Self.batch(20, producer: 1), outcome: .abort))
    #expect(transactions.retained.isEmpty)
    #expect(try transactions.meet(control: Self.batch(21, producer: 2), outcome: .commit))
    #expect(try !transactions.meet(batch: Self.batch(22, producer: 2)))
    #expect(try !transactions.meet(control: Self.batch(23, producer: 2), outcome: .commit))
    #expect(try transactions.meet(control: Self.batch(24, producer: 2), outcome: .commit))
  }
}
