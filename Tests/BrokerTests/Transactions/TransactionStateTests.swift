import Testing

@testable import Broker

@Suite struct TransactionStateTests {
  /// Kafka's table, row by row: which states may follow which.
  private static let followers: [TransactionState: Set<TransactionState>] = [
    .empty: [.empty, .ongoing, .dead],
    .ongoing: [.ongoing, .prepareCommit, .prepareAbort, .prepareEpochFence],
    .prepareCommit: [.completeCommit],
    .prepareAbort: [.completeAbort],
    .completeCommit: [.empty, .ongoing, .dead],
    .completeAbort: [.empty, .ongoing, .dead],
    .dead: [],
    .prepareEpochFence: [.prepareAbort],
  ]

  @Test(arguments: TransactionState.allCases, TransactionState.allCases)
  func `a transition is made if the table has it and refused otherwise`(from: TransactionState, to: TransactionState) throws {
    var metadata = TransactionMetadata(producerID: 7, timeoutMilliseconds: 1, lastUpdateTimestamp: 0)
    metadata.state = from
    if try #require(Self.followers[from]).contains(to) {
      #expect(try metadata.moved(to: to).state == to)
    } else {
      #expect(throws: TransactionStateError(from: from, to: to)) { try metadata.moved(to: to) }
    }
  }

  @Test func `the numbers of the states are those of Kafka's log`() {
    #expect(TransactionState.allCases.map(\.rawValue) == Array(0...7))
  }

  @Test func `only states without a transaction may expire`() {
    #expect(TransactionState.allCases.filter(\.mayExpire) == [.empty, .completeCommit, .completeAbort])
    #expect(TransactionState.allCases.filter(\.isOpen) == [.ongoing, .prepareCommit, .prepareAbort])
  }

  @Test func `fencing raises the epoch up to the highest and no further`() throws {
    var metadata = TransactionMetadata(producerID: 7, producerEpoch: 32_766, timeoutMilliseconds: 1, lastUpdateTimestamp: 0)
    metadata.state = .ongoing
    #expect(try metadata.fenced(bumpsEpoch: true).producerEpoch == 32_767)
    #expect(try metadata.fenced(bumpsEpoch: false).producerEpoch == 32_766)
    metadata.producerEpoch = 32_767
    #expect(try metadata.fenced(bumpsEpoch: true).producerEpoch == 32_767)
  }

  @Test func `the first partitions begin the transaction and later ones leave its beginning alone`() throws {
    let empty = TransactionMetadata(producerID: 7, producerEpoch: 0, timeoutMilliseconds: 100, lastUpdateTimestamp: 0)
    let begun = try empty.adding([TransactionFixture.orders], now: 50)
    let grown = try begun.adding([TransactionFixture.payments], now: 90)
    #expect(grown.startTimestamp == 50)
    #expect(grown.lastUpdateTimestamp == 90)
    #expect(grown.partitions == [TransactionFixture.orders, TransactionFixture.payments])
    #expect(!grown.isOverdue(now: 150))
    #expect(grown.isOverdue(now: 151))
    #expect(!(try grown.ended(committed: true, now: 95)).isOverdue(now: 1_000))
  }
}
