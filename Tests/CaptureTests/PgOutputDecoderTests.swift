import Postgres
import Testing

@testable import Capture

@Suite struct PgOutputDecoderTests {
  private func decode(_ bytes: [UInt8]) throws -> (PgOutputMessage, new: [TupleField], old: [TupleField]) {
    var decoder = PgOutputDecoder()
    let message = try bytes.withUnsafeBytes { try decoder.decode($0) }
    return (message, decoder.newTuple, decoder.oldTuple)
  }

  @Test func readsEachKind() throws {
    let messages = try PgOutputBytes.samples.map { try decode($0).0 }
    #expect(messages[0] == .begin(finalLSN: LSN(rawValue: 0x1_0000_0001), commitTime: 1, transactionID: 700))
    #expect(messages[1] == .commit(commitLSN: LSN(rawValue: 1), endLSN: LSN(rawValue: 2), commitTime: 3))
    #expect(messages[2] == .origin(lsn: LSN(rawValue: 9), name: "elsewhere"))
    guard case .relation(let relation) = messages[3] else {
      Issue.record("no relation: \(messages[3])")
      return
    }
    #expect(relation.columns.map(\.name) == ["id", "email"])
    #expect(relation.columns.map(\.isIdentity) == [true, false])
    #expect(relation.identity == .default)
    #expect(messages[4] == .type(oid: 16_400, schema: "public", name: "mood"))
    #expect(messages[5] == .insert(relation: 7))
    #expect(messages[6] == .update(relation: 7, old: nil))
    #expect(messages[7] == .update(relation: 7, old: .key))
    #expect(messages[8] == .update(relation: 7, old: .full))
    #expect(messages[9] == .delete(relation: 7, old: .key))
    #expect(messages[10] == .truncate(relations: [7], cascade: false, restartIdentity: true))
    guard case .message(true, LSN(rawValue: 5), "audit", let content) = messages[11] else {
      Issue.record("no message: \(messages[11])")
      return
    }
    #expect(String(decoding: PgOutputBytes.samples[11][content], as: UTF8.self) == "hello")
  }

  @Test func readsTuples() throws {
    let bytes = PgOutputBytes.samples[8]
    let (_, new, old) = try decode(bytes)
    #expect(new.count == 2)
    #expect(new[1] == .unchanged)
    guard case .text(let range) = old[1] else {
      Issue.record("no text")
      return
    }
    #expect(String(decoding: bytes[range], as: UTF8.self) == "a")
  }

  @Test func refusesEveryTruncation() {
    for sample in PgOutputBytes.samples {
      for count in 0..<sample.count {
        #expect(throws: DecodingError.self) { try decode(Array(sample.prefix(count))) }
      }
    }
  }
}
