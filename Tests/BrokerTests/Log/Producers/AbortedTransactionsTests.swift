import Testing

@testable import Broker

@Suite struct AbortedTransactionsTests {
  let folder = TemporaryFolder()

  static func transaction(_ first: Int64, _ last: Int64, stable: Int64, producer: Int64 = 1) -> AbortedTransaction {
    AbortedTransaction(producerID: producer, firstOffset: first, lastOffset: last, lastStableOffset: stable)
  }

  /// Two transactions that overlap, and one after them.
  func filled() throws -> AbortedTransactions {
    var index = try AbortedTransactions(path: folder.path("0.txnindex"))
    try index.append(Self.transaction(10, 20, stable: 12))
    try index.append(Self.transaction(12, 30, stable: 31, producer: 2))
    try index.append(Self.transaction(40, 50, stable: 51))
    return index
  }

  @Test("there is no file without entries")
  func empty() throws {
    let index = try AbortedTransactions(path: folder.path("0.txnindex"))
    #expect(try index.overlapping(from: 0, upTo: 100).transactions.isEmpty)
    #expect(try FileOperations().status(index.path) == nil)
  }

  @Test(
    "a range finds the transactions it overlaps",
    arguments: [
      (0, 10, [], true), (0, 11, [10], true), (15, 16, [10, 12], true), (20, 21, [10, 12], true), (21, 31, [12], true), (31, 32, [], true),
      (25, 41, [12, 40], true), (50, 51, [40], true), (51, 60, [], false),
    ] as [(Int64, Int64, [Int64], Bool)])
  func ranges(from: Int64, upTo: Int64, firsts: [Int64], complete: Bool) throws {
    let (found, isComplete) = try filled().overlapping(from: from, upTo: upTo)
    #expect(found.map(\.firstOffset) == firsts)
    #expect(isComplete == complete)
  }

  @Test("the search goes on in later segments until none can begin in the range")
  func segments() throws {
    var later = try AbortedTransactions(path: folder.path("60.txnindex"))
    try later.append(Self.transaction(55, 70, stable: 71))
    var last = try AbortedTransactions(path: folder.path("80.txnindex"))
    try last.append(Self.transaction(56, 90, stable: 91))
    let all = [try filled(), later, last]
    #expect(try AbortedTransactions.overlapping(from: 45, upTo: 57, in: all).map(\.firstOffset) == [40, 55])
    #expect(try AbortedTransactions.overlapping(from: 45, upTo: 72, in: all).map(\.firstOffset) == [40, 55, 56])
  }

  @Test("truncation drops the markers that are cut away, also for the next opening")
  func truncation() throws {
    var index = try filled()
    try index.truncate(to: 30)
    #expect(try index.all().map(\.lastOffset) == [20])
    #expect(try AbortedTransactions(path: index.path).all() == index.all())
    try index.removeAll()
    #expect(index.count == 0)
    #expect(try FileOperations().status(index.path) == nil)
  }

  @Test("an entry that was not wholly written is cut off")
  func torn() throws {
    let index = try filled()
    let (operations, path) = (FileOperations(), index.path)
    let descriptor = try operations.open(path)
    try operations.truncate(descriptor, to: 2 * AbortedTransactions.entryBytes + 7, path: path)
    operations.close(descriptor)
    let again = try AbortedTransactions(path: index.path)
    #expect(again.count == 2)
    #expect(try operations.status(path)?.size == 2 * AbortedTransactions.entryBytes)
  }
}
