import Kafka
import Testing

@Suite struct RecordBatchTests {
  @Test func countsAndEmptiesAndIsReused() {
    var batch = RecordBatch(reservingRecords: 4, reservingBytes: 64)
    #expect(batch.isEmpty)
    batch.append(ProducerRecord(topic: "a", key: bytes("k"), value: bytes("vv"), headers: [Header(name: "h", value: nil)]))
    batch.append(topic: "a", key: nil, value: nil)
    batch.append(ProducerRecord(topic: "b", value: []))
    #expect(batch.count == 3)
    #expect(batch.byteCount == 4)
    batch.removeAll(keepingCapacity: true)
    #expect(batch.isEmpty)
    #expect(batch.byteCount == 0)
  }
}
