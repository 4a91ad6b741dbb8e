import Foundation
import Testing

@testable import ChangeEvents

/// Whole envelopes against the recordings, field order included.
@Suite struct EnvelopeWriterTests {
  private let source = SourceInfo(tsUs: 1_111_111_111_111_111, lastCommitLSN: 22, lsn: 33, txID: 44)

  /// Masks what the recordings mask.
  private func masked(_ writer: borrowing JSONWriter) -> String {
    var text = String(decoding: writer.copyBytes(), as: UTF8.self)
    for number in ["1111111111111111000", "1111111111111111", "1111111111111", "33", "44"] {
      text = text.replacingOccurrences(of: ":\(number)", with: ":\"<int>\"")
    }
    return text.replacingOccurrences(of: "[\\\"22\\\",\\\"33\\\"]", with: "[<lsn>,<lsn>]")
      .replacingOccurrences(of: "[null,\\\"33\\\"]", with: "[null,<lsn>]")
  }

  private func recorded(_ name: String, _ line: Int) throws -> String {
    let text = try Fixtures.lines(name)[line]
    let start = try #require(text.range(of: ",\"value\":"))
    return String(text[start.upperBound...].dropLast())
  }

  private func writer(_ table: String) -> EnvelopeWriter {
    EnvelopeWriter(version: "<version>", name: "golden", database: "<db>", schema: "public", table: table)
  }

  private func rows(_ columns: [(String, UInt32, Bool)]) throws -> RowEncoder {
    RowEncoder(
      fields: try columns.enumerated().map { index, column in
        .init(
          name: column.0, column: index,
          encoder: try ColumnEncoder(
            type: column.1, typmod: -1, catalog: TypeCatalog(), isOptional: column.2, options: EncodingOptions()))
      })
  }

  private func write(_ row: [ColumnImage], _ encoder: RowEncoder) -> (inout JSONWriter) throws -> Void {
    { writer in try encoder.write(to: &writer) { row[$0] } }
  }

  private func text(_ literal: StaticString) -> ColumnImage {
    .text(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  @Test func changesOfCustomers() throws {
    let customers = try rows([("id", 23, false), ("email", 25, false), ("bio", 25, true)])
    let envelopes = writer("customers")
    var json = JSONWriter()

    var first = source
    first.lastCommitLSN = nil
    try envelopes.write(
      to: &json, operation: .create, source: first, nowNs: 1_111_111_111_111_111_000, before: nil,
      after: write([text("3"), text("c@example.com"), text("short")], customers))
    #expect(try masked(json) == recorded("operations.default.jsonl", 3))

    json.removeAll()
    try envelopes.write(
      to: &json, operation: .update, source: source, nowNs: 1_111_111_111_111_111_000, before: nil,
      after: write([text("1"), text("a2@example.com"), .unavailable], customers))
    #expect(try masked(json) == recorded("operations.default.jsonl", 4))

    // A deleted row under REPLICA IDENTITY DEFAULT: the zero value for the NOT NULL column, null for the other.
    json.removeAll()
    try envelopes.write(
      to: &json, operation: .delete, source: source, nowNs: 1_111_111_111_111_111_000,
      before: write([text("2"), .absent, .absent], customers), after: nil)
    #expect(try masked(json) == recorded("operations.default.jsonl", 8))
  }

  @Test func snapshotRecord() throws {
    let customers = try rows([("id", 23, false), ("email", 25, false), ("bio", 25, true)])
    var json = JSONWriter()
    var info = source
    info.lastCommitLSN = nil
    info.snapshot = .last
    try writer("customers").write(
      to: &json, operation: .read, source: info, nowNs: 1_111_111_111_111_111_000, before: nil,
      after: write([text("2"), text("b@example.com"), .null], customers))
    #expect(try masked(json) == recorded("operations.default.jsonl", 2))
  }

  @Test func logicalMessage() throws {
    var json = JSONWriter()
    let messages = EnvelopeWriter(version: "<version>", name: "golden", database: "<db>", schema: "", table: "")
    Array("hello".utf8).withUnsafeBytes { content in
      messages.write(messageTo: &json, prefix: "audit", content: content, source: source, nowNs: 1_111_111_111_111_111_000)
    }
    let lines = try Fixtures.lines("operations.default.jsonl")
    let line = try #require(lines.firstIndex { $0.contains("golden.message") })
    #expect(try masked(json) == recorded("operations.default.jsonl", line))
    json.removeAll()
    EnvelopeWriter.write(messageKeyTo: &json, prefix: "audit")
    #expect(lines[line].contains("\"key\":" + masked(json)))
  }

  @Test func truncationInATransaction() throws {
    var json = JSONWriter()
    try writer("order_lines").write(
      to: &json, operation: .truncate, source: source,
      transaction: TransactionInfo(id: "<txid>:<lsn>", totalOrder: 1, dataCollectionOrder: 1), nowNs: 1_111_111_111_111_111_000,
      before: nil, after: nil)
    let lines = try Fixtures.lines("operations.transactions.jsonl")
    let line = try #require(lines.firstIndex { $0.contains("\"op\":\"t\"") })
    #expect(try masked(json) == recorded("operations.transactions.jsonl", line))
  }

  @Test func keysAreRowsOfTheKeysColumns() throws {
    let key = try rows([("order_id", 23, false), ("line_no", 23, false)])
    var json = JSONWriter()
    try key.write(to: &json) { [text("1"), text("2")][$0] }
    #expect(masked(json) == #"{"order_id":1,"line_no":2}"#)
  }

  @Test func aFailingColumnIsNamed() throws {
    let row = try rows([("id", 23, false), ("amount", 1700, true)])
    var json = JSONWriter()
    let error = #expect(throws: RowEncodingError.self) {
      try row.write(to: &json) { [text("1"), text("NaN")][$0] }
    }
    #expect(error?.field == "amount")
    #expect(error?.cause.code == .notRepresentable)
  }

  @Test func timesBefore1970RoundTowardsThePast() throws {
    var json = JSONWriter()
    try writer("t").write(
      to: &json, operation: .truncate, source: SourceInfo(tsUs: -1), nowNs: -1, before: nil, after: nil)
    #expect(masked(json).contains(#""op":"t","ts_ms":-1,"ts_us":-1,"ts_ns":-1}"#))
    #expect(masked(json).contains(#""ts_ms":-1,"snapshot":"false","db":"<db>","sequence":"[null,null]","ts_us":-1,"ts_ns":-1000"#))
  }
}
