import Kafka
import Testing

@testable import Syncer

@Suite struct DeadLetterHeadersTests {
  private func letter(headers: [Header] = [], sentence: String = "no good") -> DeadLetter {
    DeadLetter(
      record: ConsumerRecord(
        topic: "shop.public.brands", partition: 258, offset: 0x0102_0304, timestamp: 1_700_000_000_000, timestampType: .createTime,
        key: [1], value: [2], headers: headers),
      stage: .taskPut,
      verdict: FailureVerdict(
        .poison(index: 0), sentence, errorName: "RecordFailure", causeName: "PostgresError.22P02", handler: "mirror"))
  }

  private func text(_ headers: [Header], _ name: String) -> String? { headers.first { $0.name == name }?.text }
  private func bytes(_ headers: [Header], _ name: String) -> [UInt8]? { headers.first { $0.name == name }?.value }

  @Test func connectsDialectIsText() {
    let headers = DeadLetterHeaders(group: "g").headers(for: letter())
    #expect(text(headers, "__connect.errors.topic") == "shop.public.brands")
    #expect(text(headers, "__connect.errors.partition") == "258")
    #expect(text(headers, "__connect.errors.offset") == "16909060")
    #expect(text(headers, "__connect.errors.connector.name") == "g")
    #expect(text(headers, "__connect.errors.stage") == "TASK_PUT")
    #expect(text(headers, "__connect.errors.class.name") == "mirror")
    #expect(text(headers, "__connect.errors.exception.class.name") == "RecordFailure")
    #expect(text(headers, "__connect.errors.exception.message") == "no good")
    #expect(bytes(headers, "__connect.errors.exception.stacktrace") == nil)
  }

  @Test func springsDialectHasBigEndianNumbers() {
    let headers = DeadLetterHeaders(group: "g").headers(for: letter())
    #expect(text(headers, "kafka_dlt-original-topic") == "shop.public.brands")
    #expect(bytes(headers, "kafka_dlt-original-partition") == [0, 0, 1, 2])
    #expect(bytes(headers, "kafka_dlt-original-offset") == [0, 0, 0, 0, 1, 2, 3, 4])
    #expect(bytes(headers, "kafka_dlt-original-timestamp")?.count == 8)
    #expect(text(headers, "kafka_dlt-original-timestamp-type") == "CreateTime")
    #expect(text(headers, "kafka_dlt-original-consumer-group") == "g")
    #expect(text(headers, "kafka_dlt-exception-fqcn") == "RecordFailure")
    #expect(text(headers, "kafka_dlt-exception-cause-fqcn") == "PostgresError.22P02")
    #expect(text(headers, "kafka_dlt-exception-message") == "no good")
  }

  @Test func theRecordsOwnHeadersComeFirstAndOldErrorsAreDropped() {
    let own = [Header(name: "id", text: "1"), Header(name: "id", value: nil), Header(name: "trace", text: "abc")]
    let first = DeadLetterHeaders(group: "g").headers(for: letter(headers: own))
    #expect(Array(first.prefix(3)) == own)
    // Failing again does not make it grow.
    let second = DeadLetterHeaders(group: "g").headers(for: letter(headers: first))
    #expect(second == first)
  }

  @Test func textsAreCutAtACharacter() throws {
    let headers = DeadLetterHeaders(group: String(repeating: "ä", count: 500)).headers(
      for: letter(sentence: String(repeating: "€", count: 9999)))
    let message = try #require(bytes(headers, "__connect.errors.exception.message"))
    #expect(message.count <= 1024 && message.count > 1020)
    #expect(String(validating: message, as: UTF8.self) != nil)
    #expect(try #require(bytes(headers, "kafka_dlt-original-consumer-group")).count <= 256)
    #expect(headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) } < 8192)
  }

  @Test func aBriefLetterStillTellsWhereItCameFrom() {
    let headers = DeadLetterHeaders(group: "g").headers(for: letter(), isBrief: true)
    #expect(headers.count == 6)
    #expect(text(headers, "__connect.errors.topic") == "shop.public.brands")
  }
}
