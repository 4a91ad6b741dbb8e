import NIOCore
import Testing

@testable import Broker

@Suite struct TransactionRecordTests {
  private func metadata(_ state: TransactionState) -> TransactionMetadata {
    var metadata = TransactionMetadata(
      producerID: 9, previousProducerID: 8, producerEpoch: 3, timeoutMilliseconds: 5_000, lastUpdateTimestamp: 77)
    metadata.state = state
    if state != .empty {
      metadata.partitions = [TransactionFixture.orders, TransactionFixture.payments]
      metadata.startTimestamp = 70
    }
    return metadata
  }

  @Test(arguments: [TransactionState.empty, .ongoing, .prepareCommit, .prepareAbort, .completeCommit, .completeAbort])
  func `what is written is read back`(state: TransactionState) throws {
    let record = try TransactionRecord.encode("t", metadata(state))
    #expect(try TransactionRecord.decodeKey(record.key) == "t")
    #expect(try TransactionRecord.decodeValue(#require(record.value)) == metadata(state))
  }

  @Test func `the last epoch is not kept, as in Kafka`() throws {
    var written = metadata(.empty)
    written.lastProducerEpoch = 2
    #expect(try TransactionRecord.decodeValue(#require(TransactionRecord.encode("t", written).value)).lastProducerEpoch == -1)
  }

  @Test func `the bytes are those of Kafka's TransactionLogKey and TransactionLogValue`() throws {
    let record = try TransactionRecord.encode("t", metadata(.ongoing))
    #expect(record.key == ByteBuffer(bytes: [0, 0, 0, 1, 0x74]))
    let value: [UInt8] =
      [0, 1] + [0, 0, 0, 0, 0, 0, 0, 9] + [0, 3] + [0, 0, 0x13, 0x88] + [1]
      + [3] + [7] + Array("orders".utf8) + [2, 0, 0, 0, 0] + [0] + [9] + Array("payments".utf8) + [2, 0, 0, 0, 3] + [0]
      + [0, 0, 0, 0, 0, 0, 0, 77] + [0, 0, 0, 0, 0, 0, 0, 70] + [1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 8]
    #expect(record.value == ByteBuffer(bytes: value))
  }

  @Test func `values of version 0 are read`() throws {
    let bytes: [UInt8] =
      [0, 0] + [0, 0, 0, 0, 0, 0, 0, 9] + [0, 3] + [0, 0, 0x13, 0x88] + [4] + [0, 0, 0, 0]
      + [0, 0, 0, 0, 0, 0, 0, 77] + [0, 0, 0, 0, 0, 0, 0, 70]
    let read = try TransactionRecord.decodeValue(ByteBuffer(bytes: bytes))
    #expect(read.producerID == 9)
    #expect(read.state == .completeCommit)
  }

  @Test func `bytes that are no transaction are refused at whatever length and with whatever state`() throws {
    let value = try #require(TransactionRecord.encode("t", metadata(.ongoing)).value)
    for length in 0..<value.readableBytes {
      #expect(throws: CodecError.self) { try TransactionRecord.decodeValue(value.getSlice(at: 0, length: length) ?? ByteBuffer()) }
    }
    for state in [6, 7, 8, -1] as [Int8] {
      var other = value
      other.setInteger(state, at: 2 + 8 + 2 + 4)
      #expect(throws: CodecError.self) { try TransactionRecord.decodeValue(other) }
    }
  }

  @Test func `keys of other versions are no transactional ids`() throws {
    #expect(try TransactionRecord.decodeKey(ByteBuffer(bytes: [0, 9, 1, 2, 3])) == nil)
    #expect(throws: CodecError.self) { try TransactionRecord.decodeKey(ByteBuffer(bytes: [0])) }
  }
}
