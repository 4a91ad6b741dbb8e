import Kafka
import Testing

@testable import Syncer

@Suite struct EventFormatTests {
  private func record(_ value: String?, headers: [(String, String)] = [], key: String? = "o-1") -> ChangeRecord {
    ChangeRecord(
      parsing: ConsumerRecord(
        topic: "outbox.event.order", partition: 0, offset: 7, timestamp: 1, timestampType: .createTime, key: key.map { Array($0.utf8) },
        value: value.map { Array($0.utf8) }, headers: headers.map { Header(name: $0.0, value: Array($0.1.utf8)) }))
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("headers say what the event is, and the value is its data")
  func headers() throws {
    let event = try EventFormat.headers.event(
      of: record(#"{"total": 1.50}"#, headers: [("id", "e1"), ("eventType", "Placed"), ("schemaVersion", "2")]))
    #expect(event.id == "e1")
    #expect(event.kind == EventKind("Placed", version: 2))
    #expect(text(event.data) == #"{"total": 1.50}"#)
    #expect(event.aggregateID == "o-1")
  }

  @Test(
    "the outbox's own messages are read in every form of Kafka Connect's converters",
    arguments: [
      #"{"eventId":"e2","type":"Paid","schemaVersion":3,"data":{"a":[1,{"b":"c"}]}}"#,
      #""{\"eventId\":\"e2\",\"type\":\"Paid\",\"schemaVersion\":3,\"data\":{\"a\":[1,{\"b\":\"c\"}]}}""#,
      #"{"schema":{"type":"string"},"payload":"{\"eventId\":\"e2\",\"type\":\"Paid\",\"schemaVersion\":3,\"data\":{\"a\":[1,{\"b\":\"c\"}]}}"}"#,
      #"{"schema":null,"payload":{"eventId":"e2","type":"Paid","schemaVersion":3,"data":{"a":[1,{"b":"c"}]}}}"#,
    ])
  func messages(_ value: String) throws {
    let event = try EventFormat.sluice.event(of: record(value, key: #""o-2""#))
    #expect(event.id == "e2")
    #expect(event.kind == EventKind("Paid", version: 3))
    #expect(text(event.data) == #"{"a":[1,{"b":"c"}]}"#)
    #expect(event.aggregateID == "o-2")
  }

  @Test("a header wins over a member")
  func precedence() throws {
    let event = try EventFormat.sluice.event(
      of: record(#"{"eventId":"e2","type":"Paid","data":null}"#, headers: [("id", "e9"), ("eventType", "Refunded")]))
    #expect(event.id == "e9")
    #expect(event.kind == EventKind("Refunded", version: 1))
    #expect(text(event.data) == "null")
  }

  @Test("what says no type, and what has an impossible version, is refused with what was expected")
  func refusals() {
    let cases: [(ChangeRecord, EventFormat, String)] = [
      (record(#"{"a":1}"#), .headers, "header eventType"),
      (record(#"{"type":7.5}"#), .sluice, "header eventType or member type"),
      (record("[1]"), .sluice, "type was expected"),
      (record(nil), .headers, "found no value"),
      (record(#"{"type":"Paid","schemaVersion":"x"}"#), .sluice, "number from 1"),
      (record(#"{"type":"Paid","schemaVersion":0}"#), .sluice, "number from 1"),
    ]
    for (record, format, expected) in cases {
      let error = #expect(throws: MalformedValue.self) { try format.event(of: record) }
      #expect(error?.reason.contains(expected) == true, "\(expected): \(error?.reason ?? "-")")
    }
  }
}
