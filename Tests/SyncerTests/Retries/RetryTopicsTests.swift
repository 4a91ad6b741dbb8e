import Kafka
import Testing

@testable import Syncer

@Suite struct RetryTopicsTests {
  private let topics = RetryTopics()

  @Test(arguments: [
    ("shop.public.items.retry-1", "shop.public.items", 1), ("a.retry-99", "a", 99), ("a.retry-1.retry-2", "a.retry-1", 2),
  ])
  func namesAreReadBack(name: String, topic: String, number: Int) {
    let parsed = RetryTopics.parse(name)
    #expect(parsed?.topic == topic)
    #expect(parsed?.number == number)
    #expect(RetryTopics.name(of: topic, number) == name)
  }

  @Test(arguments: [
    "", "a", "a.retry", "a.retry-", "a.retry-0", "a.retry-01", "a.retry-100", "a.retry-x", ".retry-1", "a-retry-1", "a.dlq",
  ])
  func otherNamesAreNot(name: String) {
    #expect(RetryTopics.parse(name) == nil)
  }

  @Test func aRecordGoesFromOneToTheNextAndThenToTheDeadLetters() {
    #expect(topics.next(after: "a", now: 1000) == RetryStage(number: 1, due: 11_000))
    #expect(topics.next(after: "a.retry-1", now: 1000) == RetryStage(number: 2, due: 61_000))
    #expect(topics.next(after: "a.retry-2", now: 1000) == RetryStage(number: 3, due: 361_000))
    #expect(topics.next(after: "a.retry-3", now: 1000) == nil)
    // There were more of them before the configuration was changed.
    #expect(topics.next(after: "a.retry-7", now: 1000) == nil)
  }

  @Test func theyAreSubscribedBesideTheirTopics() {
    #expect(RetryTopics(count: 2).subscription(for: ["a", "b"]) == ["a", "b", "a.retry-1", "a.retry-2", "b.retry-1", "b.retry-2"])
    #expect(RetryTopics(count: 2).subscription(for: ["^shop\\.[a-z]+$"]) == ["^shop\\.[a-z]+$", "^(shop\\.[a-z]+)\\.retry-[1-9][0-9]*$"])
  }

  @Test func numbersThatMakeNoSenseAreMoved() {
    #expect(RetryTopics(count: 0).count == 1)
    #expect(RetryTopics(count: 1000).count == 99)
  }

  private let source = ConsumerRecord(
    topic: "a", partition: 3, offset: 70_000, timestamp: 1_700_000_000_123, timestampType: .createTime, key: [1], value: [2],
    headers: [Header(name: "trace", text: "t"), Header(name: "kafka_dlt-exception-message", text: "older")])

  private func letter(_ stage: RetryStage, of record: ConsumerRecord) -> DeadLetter {
    DeadLetter(
      record: record, stage: .taskPut, verdict: FailureVerdict(.permanent, "refused", errorName: "PostgresError.23514", handler: "h"),
      retry: stage)
  }

  @Test func aRecordComesBackFromARetryTopicAsItWas() {
    let headers = DeadLetterHeaders(group: "g").headers(for: letter(RetryStage(number: 1, due: 1_700_000_999_000), of: source))
    var record = source
    record.topic = "a.retry-1"
    record.partition = 0
    record.offset = 5
    record.timestamp = 1_700_000_900_000
    record.headers = headers
    var expected = source
    expected.headers = [Header(name: "trace", text: "t")]
    #expect(RetryHeaders.original(of: record) == expected)
    #expect(RetryHeaders.original(of: source) == nil)
    #expect(RetryHeaders.due(of: record, limit: .max) == 1_700_000_999_000)
    #expect(RetryHeaders.due(of: record, limit: 1_700_000_000_500) == 1_700_000_000_500)

    // As Spring writes them.
    func value(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }
    #expect(value("retry_topic-attempts") == [0, 0, 0, 2])
    #expect(value("retry_topic-backoff-timestamp") == [0x01, 0x8B, 0xCF, 0xF4, 0xA6, 0x58])
    #expect(value("retry_topic-original-timestamp")?.count == 6)
    #expect(value("__connect.errors.exception.message") == Array("refused".utf8))
  }

  @Test func headersDoNotGrowOnTheWay() {
    var record = source
    var counts: [Int] = []
    for number in 1...5 {
      record.headers = DeadLetterHeaders(group: "g").headers(for: letter(RetryStage(number: number, due: 1), of: record))
      record.topic = "a.retry-\(number)"
      counts.append(record.headers.count)
      if let original = RetryHeaders.original(of: record) { record = original }
    }
    #expect(Set(counts).count == 1)
  }

  @Test(arguments: [nil, [], [0x80], [UInt8](repeating: 1, count: 9)] as [[UInt8]?])
  func aDueTimeThatCannotBeReadIsThatOfTheRecord(value: [UInt8]?) {
    var record = source
    record.topic = "a.retry-1"
    record.headers = [Header(name: RetryHeaders.due, value: value)]
    #expect(RetryHeaders.due(of: record, limit: .max) == source.timestamp)
    // Nothing says where it comes from, but the topic's name.
    #expect(RetryHeaders.original(of: record)?.topic == "a")
  }

  @Test func partitionsAreHeldUntilTheirTime() {
    let (p0, p1) = (TopicPartition(topic: "a.retry-1", partition: 0), TopicPartition(topic: "a", partition: 1))
    var holds = PartitionHolds()
    holds.hold(p0, .notDue(100))
    holds.hold(p1, .parkingFull("too much"))
    #expect(holds.partitions == [p0, p1])
    #expect(holds.nextDue(now: 40) == 60)
    #expect(holds.problem == "a[1] is paused: too much")
    holds.pass(now: 99)
    #expect(holds.partitions == [p0, p1])
    holds.pass(now: 100)
    #expect(holds.partitions == [p1])
    #expect(holds.nextDue(now: 40) == nil)
    holds.parkingHasRoom()
    #expect(holds.partitions.isEmpty)
    #expect(holds.problem == nil)
  }
}
