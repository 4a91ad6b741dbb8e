import Testing

@testable import Postgres

@Suite struct WALBatchTests {
  private func batch(_ payloads: [String], end: UInt64, keepalive: UInt64? = nil) -> WALBatch {
    var batch = WALBatch()
    for payload in payloads {
      let start = batch.bytes.count
      batch.bytes += Array(payload.utf8)
      batch.messages.append(
        WALMessage(walStart: LSN(rawValue: end), serverWALEnd: LSN(rawValue: end), serverTime: 0, range: start..<batch.bytes.count))
    }
    batch.serverWALEnd = LSN(rawValue: keepalive ?? end)
    batch.keepalive = keepalive.map { LSN(rawValue: $0) }
    return batch
  }

  @Test func whatIsAppendedKeepsItsPayloads() {
    var first = batch(["one", ""], end: 5, keepalive: 6)
    first.append(batch(["three"], end: 9))
    #expect(first.messages.map { first.withPayload(of: $0) { String(decoding: $0, as: UTF8.self) } } == ["one", "", "three"])
    #expect(first.serverWALEnd.rawValue == 9)
    // A message after the keepalive: the keepalive is not the last thing any more.
    #expect(first.keepalive == nil)
    first.append(batch([], end: 0, keepalive: 12))
    #expect(first.keepalive?.rawValue == 12)
    #expect(first.serverWALEnd.rawValue == 12)
    #expect(first.messages.count == 3)
  }

  @Test func aFullBatchTakesNoMore() {
    let options = StreamOptions(maxBatchMessages: 2, maxBatchBytes: 4)
    #expect(batch(["a"], end: 1).canTake(batch(["b"], end: 2), options))
    #expect(!batch(["a", "b"], end: 1).canTake(batch(["c"], end: 2), options))
    #expect(!batch(["abc"], end: 1).canTake(batch(["de"], end: 2), options))
    #expect(batch(["abcd"], end: 1).canTake(batch([], end: 0, keepalive: 3), options))
  }
}
