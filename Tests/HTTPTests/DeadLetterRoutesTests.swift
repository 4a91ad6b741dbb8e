import Foundation
import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import HTTP

/// Dead letters over HTTP, of a real topic.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterRoutesTests {
  private func with(_ body: (Harness, String) async throws -> Void) async throws {
    let kafka = try await TestKafka.shared().bootstrapServers
    try await withTestDatabase { database in
      let logger = testLogger("dlq")
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: kafka), logger: logger)
      let pool = Pool(configuration: database, maxConnections: 3, logger: logger)
      let topic = uniqueTopic("http")
      try await admin.createTopic(NewTopic(topic, partitions: 2, configuration: ["retention.ms": "-1"]))
      try await admin.createTopic(NewTopic(topic + ".dlq", partitions: 2, configuration: ["retention.ms": "-1"]))
      let office = DeadLetterOffice(
        admin: admin, consumer: ConsumerConfiguration(bootstrapServers: kafka, groupID: nil),
        producer: ProducerConfiguration(bootstrapServers: kafka), pool: pool, logger: logger)
      let result: Result<Void, any Error>
      do {
        try await write(3, to: topic, kafka)
        result = .success(try await body(Harness(DeadLetterRoutes(office: office, logger: logger)), topic))
      } catch { result = .failure(error) }
      await pool.close()
      _ = try? await admin.deleteTopics([topic, topic + ".dlq"])
      try result.get()
    }
  }

  private func write(_ count: Int, to topic: String, _ kafka: String) async throws {
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: kafka), logger: testLogger("producer"))
    for index in 0..<count {
      _ = try await producer.send(
        ProducerRecord(
          topic: topic + ".dlq", partition: 0, key: [0xFF, UInt8(index)], value: Array("{}".utf8),
          headers: [
            Header(name: "__connect.errors.topic", text: topic), Header(name: "__connect.errors.partition", text: "0"),
            Header(name: "__connect.errors.offset", text: "\(index)"),
            Header(name: "__connect.errors.exception.class.name", text: index == 2 ? "a.B" : "a.C"),
          ], timestamp: 1_700_000_000_000))
    }
    await producer.close(deadline: .seconds(5))
  }

  @Test func lettersAreListedCountedAndShown() async throws {
    try await with { harness, topic in
      let answer = try await harness.get("/v1/dlq?topic=\(topic)&class=C&limit=1")
      #expect(answer.status == 200, "\(answer.text)")
      let listing = try JSONDecoder().decode(DeadLetterListing.self, from: Data(answer.body))
      #expect(listing.total == 2 && listing.letters?.count == 1)
      #expect(listing.letters?.first?.state == "waiting" && listing.letters?.first?.key?.base64 == "/wA=")
      let grouped = try JSONDecoder().decode(
        DeadLetterListing.self, from: Data(try await harness.get("/v1/dlq?topic=\(topic)&by=class").body))
      #expect(grouped.groups.map(\.by) == [["class": "a.C"], ["class": "a.B"]] && grouped.letters == nil)
      #expect(try await harness.get("/v1/dlq/\(topic).dlq/0/2").json["errorClass"] as? String == "a.B")
      _ = try await harness.get("/v1/dlq/\(topic).dlq/0/99").problem(404)
      _ = try await harness.get("/v1/dlq/\(topic).dlq/x/99").problem(400)
      _ = try await harness.get("/v1/dlq?topics=\(topic)").problem(400)
      _ = try await harness.get("/v1/dlq?topic=nowhere-\(topic)").problem(404)
    }
  }

  @Test func nothingIsDoneWithoutExecuteAndThenWithWhoAndWhy() async throws {
    try await with { harness, topic in
      let dry = try await harness.post("/v1/dlq/retry", #"{"topics":["\#(topic)"]}"#)
      #expect(dry.status == 200, "\(dry.text)")
      #expect(try JSONDecoder().decode(DeadLetterOutcome.self, from: Data(dry.body)).replayed == [topic: 3])
      _ = try await harness.post("/v1/dlq/retry", #"{"topics":["\#(topic)"],"execute":true}"#).problem(400)

      let order = #"{"topics":["\#(topic)"],"execute":true,"actor":"anna","reason":"mended"}"#
      for expected in [3, 0] {
        let done = try await harness.post("/v1/dlq/retry", order)
        let outcome = try JSONDecoder().decode(DeadLetterOutcome.self, from: Data(done.body))
        #expect(outcome.isExecuted && outcome.written == expected, "\(done.text)")
      }
      let edit = #"{"letters":["\#(topic).dlq:0:0"],"execute":true,"actor":"a","reason":"b","value":{"text":"{}"}}"#
      _ = try await harness.post("/v1/dlq/edit", edit).problem(409)
    }
  }

  @Test func anExportHoldsEveryLetterByteForByte() async throws {
    try await with { harness, topic in
      let answer = try await harness.get("/v1/dlq/export?topic=\(topic)")
      #expect(answer.status == 200 && answer.header("Content-Type") == "application/x-ndjson", "\(answer.text)")
      let lines = try answer.text.split(separator: "\n").map { try JSONDecoder().decode(DeadLetterLine.self, from: Data($0.utf8)) }
      #expect(lines.compactMap(\.letter).map(\.record.key) == (0..<3).map { [0xFF, UInt8($0)] })
      #expect(
        lines.allSatisfy { $0.timestamp == 1_700_000_000_000 && $0.letter?.record.value == Array("{}".utf8) && $0.headers.count == 4 })
      #expect(try await harness.get("/v1/dlq/export?topic=\(topic)&class=B").text.split(separator: "\n").count == 1)
      _ = try await harness.get("/v1/dlq/export?topic=\(topic)&limit=1").problem(400)
      _ = try await harness.get("/v1/dlq/export?topic=nowhere-\(topic)").problem(404)
    }
  }

  @Test func aMistypedConditionAndAFormOfAnotherPageAreRefused() async throws {
    try await with { harness, topic in
      _ = try await harness.post("/v1/dlq/discard", #"{"topic":"\#(topic)","reason":"x"}"#).problem(400)
      _ = try await harness.post("/v1/dlq/discard", #"{"topics":["\#(topic)"]}"#).problem(400)
      _ = try await harness.post("/v1/dlq/retry", "[]").problem(400)
      _ = try await harness.post("/v1/dlq/retry", "{}", [.contentType: "text/plain"]).problem(415)
      _ = try await harness.send(.post, "/v1/dlq/retry").problem(415)
    }
  }
}
