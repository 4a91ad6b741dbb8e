import Foundation
import Kafka
import Testing

@testable import Syncer

/// What is read from dead letters, which of them are meant, and what a retry does with each.
@Suite struct DeadLetterRulesTests {
  static func record(
    _ headers: [Header], offset: Int64 = 15, topic: String = "orders.dlq", partition: Int32 = 2, key: [UInt8]? = Array("k".utf8),
    value: [UInt8]? = Array("v".utf8)
  ) -> ConsumerRecord {
    ConsumerRecord(
      topic: topic, partition: partition, offset: offset, timestamp: 1_700_000_000_000, timestampType: .createTime, key: key, value: value,
      headers: headers)
  }

  static func letter(attempts: Int? = nil, offset: Int64 = 15) -> StoredDeadLetter {
    let source = ConsumerRecord(
      topic: "orders", partition: 2, offset: 40 + offset, timestamp: 1_700_000_000_000, timestampType: .createTime, key: Array("k".utf8),
      value: Array("v".utf8),
      headers: [Header(name: "trace", text: "t"), Header(name: "none", value: nil)]
        + (attempts.map { [Header(name: StoredDeadLetter.attemptsHeader, text: String($0))] } ?? []))
    let verdict = FailureVerdict(.permanent, "the brand is missing", errorName: "PostgresError.23503", handler: "documents.product")
    let headers = DeadLetterHeaders(group: "shop").headers(for: DeadLetter(record: source, stage: .taskPut, verdict: verdict))
    return StoredDeadLetter(record(headers, offset: offset))
  }

  @Test func ownHeadersAreReadBack() {
    let letter = Self.letter(attempts: 2)
    #expect(letter.topic == "orders")
    #expect(letter.partition == 2)
    #expect(letter.offset == 55)
    #expect(letter.group == "shop")
    #expect(letter.stage == "TASK_PUT")
    #expect(letter.handler == "documents.product")
    #expect(letter.errorName == "PostgresError.23503")
    #expect(letter.message == "the brand is missing")
    #expect(letter.attempts == 2)
    #expect(letter.ownHeaders == [Header(name: "trace", text: "t"), Header(name: "none", value: nil)])
  }

  @Test func kafkaConnectsAndSpringsLettersAreReadAlone() {
    let connect = StoredDeadLetter(
      Self.record([
        Header(name: "__connect.errors.topic", text: "orders"), Header(name: "__connect.errors.partition", text: "3"),
        Header(name: "__connect.errors.offset", text: "77"), Header(name: "__connect.errors.connector.name", text: "jdbc-sink"),
        Header(name: "__connect.errors.class.name", text: "org.apache.kafka.connect.json.JsonConverter"),
        Header(name: "__connect.errors.exception.class.name", text: "org.apache.kafka.connect.errors.DataException"),
        Header(name: "__connect.errors.exception.stacktrace", text: "at …"),
      ]))
    #expect(connect.topic == "orders" && connect.partition == 3 && connect.offset == 77)
    #expect(connect.group == "jdbc-sink")
    #expect(connect.errorName == "org.apache.kafka.connect.errors.DataException")
    #expect(connect.ownHeaders.isEmpty)

    let spring = StoredDeadLetter(
      Self.record([
        Header(name: "kafka_dlt-original-topic", text: "orders"), Header(name: "kafka_dlt-original-partition", value: [0, 0, 0, 3]),
        Header(name: "kafka_dlt-original-offset", value: [0, 0, 0, 0, 0, 0, 1, 0]),
        Header(name: "kafka_dlt-original-timestamp", value: [0, 0, 0x01, 0x8B, 0xCF, 0xE5, 0x68, 0x01]),
        Header(name: "kafka_dlt-exception-fqcn", text: "o.s.k.listener.ListenerExecutionFailedException"),
        Header(name: "kafka_dlt-exception-cause-fqcn", text: "java.lang.IllegalStateException"),
        Header(name: "kafka_dlt-original-consumer-group", text: "billing"), Header(name: "app", text: "x"),
      ]))
    #expect(spring.topic == "orders" && spring.partition == 3 && spring.offset == 256)
    #expect(spring.timestamp == 1_700_000_000_001)
    #expect(spring.errorName == "java.lang.IllegalStateException")
    #expect(spring.group == "billing")
    #expect(spring.ownHeaders == [Header(name: "app", text: "x")])
  }

  @Test func headersOfAnybodyAreNotBelieved() {
    let letter = StoredDeadLetter(
      Self.record([
        Header(name: "__connect.errors.topic", value: [0xFF]), Header(name: "__connect.errors.partition", text: "-4"),
        Header(name: "__connect.errors.offset", text: "99999999999999999999"), Header(name: "kafka_dlt-original-offset", value: []),
        Header(name: StoredDeadLetter.attemptsHeader, text: "-7"),
      ]))
    #expect(letter.topic == nil && letter.partition == nil && letter.offset == nil)
    #expect(letter.attempts == 0)
  }

  @Test func whatIsSetMustAllHold() {
    let letter = Self.letter()
    func matches(_ change: (inout DeadLetterSelection) -> Void) -> Bool {
      var selection = DeadLetterSelection()
      change(&selection)
      return selection.matches(letter)
    }
    #expect(matches { _ in })
    #expect(matches { $0.errorName = "23503" } && matches { $0.errorName = "PostgresError.23503" })
    #expect(!matches { $0.errorName = "3503" } && !matches { $0.errorName = "23505" })
    #expect(matches { $0.handler = "product" } && !matches { $0.handler = "documents" })
    #expect(matches { $0.offsets = 15...15 } && !matches { $0.offsets = 16...20 })
    #expect(matches { $0.partitions = [2] } && !matches { $0.partitions = [0] })
    #expect(matches { $0.key = Array("k".utf8) } && !matches { $0.key = [] })
    #expect(matches { $0.from = 1_700_000_000_000 } && !matches { $0.from = 1_700_000_000_001 })
    #expect(!matches { $0.before = 1_700_000_000_000 } && matches { $0.before = 1_700_000_000_001 })
    #expect(matches { $0.places = [letter.place] })
    #expect(
      !matches {
        $0.errorName = "23503"; $0.partitions = [1]
      })
  }

  @Test func onlyWhatIsMeantIsRead() {
    var selection = DeadLetterSelection()
    #expect(selection.range(of: ("t.dlq", 0), log: 5..<20) == 5..<20)
    selection.offsets = 10...Int64.max
    #expect(selection.range(of: ("t.dlq", 0), log: 5..<20) == 10..<20)
    selection.places = [12, 14].reduce(into: []) { $0.insert(DeadLetterPlace(.init(topic: "t.dlq", partition: 0), offset: $1)) }
    #expect(selection.range(of: ("t.dlq", 0), log: 5..<20) == 12..<15)
    #expect(selection.range(of: ("t.dlq", 1), log: 5..<20).isEmpty)
    selection.partitions = [3]
    #expect(selection.range(of: ("t.dlq", 0), log: 5..<20).isEmpty)
  }

  @Test func aPlaceIsReadAsItIsWritten() {
    let place = DeadLetterPlace(.init(topic: "shop.public.orders.dlq", partition: 3), offset: 9)
    #expect(DeadLetterPlace(parsing: place.description) == place)
    for wrong in ["", "t", "t:1", ":1:2", "t:-1:2", "t:1:-2", "t:1:2:3", "t:a:2", "t:1:"] {
      #expect(DeadLetterPlace(parsing: wrong) == nil, "\(wrong)")
    }
  }

  @Test func aReplayKeepsTheRecordAndCountsTheAttempt() throws {
    var rule = DeadLetterRetryRule()
    rule.partitions = ["orders": 4]
    guard case .replay(let record) = rule.route(DeadLetterItem(Self.letter(attempts: 1), .waiting)) else {
      Issue.record("expected a replay")
      return
    }
    #expect(record.topic == "orders" && record.partition == 2)
    #expect(record.key == Array("k".utf8) && record.value == Array("v".utf8) && record.timestamp == 1_700_000_000_000)
    #expect(
      record.headers == [
        Header(name: "trace", text: "t"), Header(name: "none", value: nil), Header(name: StoredDeadLetter.attemptsHeader, text: "2"),
        Header(name: StoredDeadLetter.sourceHeader, text: "orders.dlq:2:15"),
      ])
    // A topic that has lost partitions, or another one.
    rule.partitions = ["orders": 2]
    guard case .replay(let moved) = rule.route(DeadLetterItem(Self.letter(), .waiting)) else { return }
    #expect(moved.partition == nil)
  }

  @Test func afterItsAttemptsARecordIsSetAsideWithItsErrors() {
    var rule = DeadLetterRetryRule()
    rule.attempts = 2
    let letter = Self.letter(attempts: 2)
    guard case .setAside(let record) = rule.route(DeadLetterItem(letter, .waiting)) else {
      Issue.record("expected that it is set aside")
      return
    }
    #expect(record.topic == "orders.parked")
    #expect(StoredDeadLetter(Self.record(record.headers)).errorName == "PostgresError.23503")
    rule.isForced = true
    guard case .replay = rule.route(DeadLetterItem(letter, .waiting)) else {
      Issue.record("expected a replay where it is forced")
      return
    }
  }

  @Test func eachStateHasItsWay() {
    var rule = DeadLetterRetryRule()
    let letter = Self.letter()
    #expect(rule.route(DeadLetterItem(letter, .parked(key: 7, behind: 3, isRetrying: false))) == .requestKey(7))
    let done: [DeadLetterState] = [
      .resolved, .replayed(to: "orders"), .setAside(to: "p"), .discarded, .duplicate, .inDoubt(target: "orders"),
    ]
    for state in done { #expect(rule.route(DeadLetterItem(letter, state)) == .skip(state.name)) }
    rule.isForced = true
    for state in done {
      guard case .replay = rule.route(DeadLetterItem(letter, state)) else {
        Issue.record("expected a replay of \(state)")
        continue
      }
    }
    rule.republishes = true
    guard case .replay = rule.route(DeadLetterItem(letter, .parked(key: 7, behind: 3, isRetrying: false))) else {
      Issue.record("expected a replay of the parked record")
      return
    }
    // Without a topic, and back into the topic that it is in.
    guard case .skip = DeadLetterRetryRule().route(DeadLetterItem(StoredDeadLetter(Self.record([])), .waiting)) else {
      Issue.record("expected that a letter without a topic is left alone")
      return
    }
    rule.target = "orders.dlq"
    guard case .skip = rule.route(DeadLetterItem(letter, .waiting)) else {
      Issue.record("expected that nothing is written into the topic it is read from")
      return
    }
  }

  @Test func lettersAreCountedByWhatTheyHaveInCommon() {
    var counts = DeadLetterCounts(by: [.topic, .errorClass])
    counts.add(DeadLetterItem(Self.letter(), .parked(key: 1, behind: 4, isRetrying: false)))
    counts.add(DeadLetterItem(Self.letter(offset: 16), .waiting))
    counts.add(DeadLetterItem(StoredDeadLetter(Self.record([])), .waiting))
    #expect(counts.total == 3)
    #expect(counts.sorted.map(\.names) == [["orders", "PostgresError.23503"], ["orders.dlq", "-"]])
    #expect(counts.sorted.map(\.letters) == [2, 1])
    #expect(counts.sorted.first?.behind == 4)
  }

  @Test func anExportedLineIsReadBackByteForByte() throws {
    var letter = Self.letter()
    letter.record.key = [0, 255, 254]
    letter.record.value = nil
    letter.record.headers.append(Header(name: "raw", value: [0x80]))
    letter.record.headers.append(Header(name: "empty", value: []))
    let line = DeadLetterLine(DeadLetterItem(letter, .parked(key: 4, behind: 2, isRetrying: false)))
    let text = try JSONEncoder().encode(line)
    let read = try JSONDecoder().decode(DeadLetterLine.self, from: text)
    #expect(read == line)
    #expect(read.letter?.record == letter.record)
    #expect(read.parkedKey == 4 && read.behind == 2)
  }

  @Test func linesOfAnExportSelectTheirLettersAndNoOthers() throws {
    let lines = try [15, 16].map { offset in
      String(decoding: try JSONEncoder().encode(DeadLetterLine(DeadLetterItem(Self.letter(offset: offset), .waiting))), as: UTF8.self)
    }
    func places(_ text: String) throws -> Set<DeadLetterPlace> { try DeadLetterSelection.places(exported: Data(text.utf8)) }
    #expect(try places(lines.joined(separator: "\n") + "\n\n").map(\.offset).sorted() == [15, 16])
    #expect(try places(lines[1]).map(\.offset) == [16])
    // None is not all.
    let none = #expect(throws: DeadLetterToolError.self) { try places("\n \n") }
    #expect(none?.code == .invalid)
    let broken = #expect(throws: DeadLetterToolError.self) { try places(lines[0] + "\n{\n  \"place\": \"orders.dlq:0:1\"\n}") }
    #expect(broken?.description.hasPrefix("line 2: ") == true)
    #expect(throws: DeadLetterToolError.self) { try places(#"{"place":"orders"}"#) }
  }
}
