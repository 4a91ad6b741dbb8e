import Kafka
import Postgres
import TestSupport
import Testing

@testable import Syncer

/// Dead letters of a real topic: retried, edited and discarded.
@Suite(.timeLimit(.minutes(2))) struct DeadLetterOfficeTests {
  private let anna = ParkingActor(name: "anna", reason: "the brand is there now")

  private func with(_ body: (Installation, DeadLetterOffice, Pool) async throws -> Void) async throws {
    try await Installation.with { installation in
      let pool = installation.pool()
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
      let office = DeadLetterOffice(
        admin: admin, consumer: ConsumerConfiguration(bootstrapServers: installation.kafka, groupID: nil),
        producer: ProducerConfiguration(bootstrapServers: installation.kafka), pool: pool, logger: testLogger("dlq"))
      let result: Result<Void, any Error>
      do { result = .success(try await body(installation, office, pool)) } catch { result = .failure(error) }
      await pool.close()
      _ = try? await admin.deleteTopics([installation.topic + ".parked"])
      try result.get()
    }
  }

  /// Dead-letters records of the topic with the offsets 0..<count, all in partition 1.
  private func deadLetter(_ count: Int, _ installation: Installation, attempts: Int? = nil, error: String = "PostgresError.23503")
    async throws
  {
    let publisher = try DeadLetterPublisher(
      configuration: ProducerConfiguration(bootstrapServers: installation.kafka), group: installation.group, logger: testLogger("publisher")
    )
    let own = [Header(name: "trace", text: "t")] + (attempts.map { [Header(name: StoredDeadLetter.attemptsHeader, text: "\($0)")] } ?? [])
    let letters = (0..<count).map { index in
      DeadLetter(
        record: ConsumerRecord(
          topic: installation.topic, partition: 1, offset: Int64(index), timestamp: 1_700_000_000_000 + Int64(index),
          timestampType: .createTime, key: Array("k\(index % 3)".utf8), value: Array(#"{"n":\#(index)}"#.utf8), headers: own),
        stage: .taskPut, verdict: FailureVerdict(.permanent, "refused", errorName: error, handler: "counting"))
    }
    #expect(await publisher.write(letters).isEmpty)
    await publisher.close(deadline: .seconds(5))
  }

  private func selection(_ installation: Installation, _ change: (inout DeadLetterSelection) -> Void = { _ in }) -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.topics = [installation.topic]
    change(&selection)
    return selection
  }

  private func request(_ change: (inout DeadLetterRetryRequest) -> Void = { _ in }) -> DeadLetterRetryRequest {
    var request = DeadLetterRetryRequest(actor: anna)
    request.executes = true
    change(&request)
    return request
  }

  private func states(_ office: DeadLetterOffice, _ installation: Installation) async throws -> [DeadLetterState] {
    var states: [DeadLetterState] = []
    try await office.read(selection(installation)) { items in
      states += items.map(\.state)
      return true
    }
    return states
  }

  @Test func lettersAreReplayedOnceInOrderAsTheyWere() async throws {
    try await with { installation, office, pool in
      try await deadLetter(12, installation)
      let dry = try await office.retry(selection(installation), request { $0.executes = false })
      #expect(dry.selected == 12 && dry.replayed == [installation.topic: 12] && !dry.isExecuted)
      #expect(try await states(office, installation).allSatisfy { $0 == .waiting }, "a dry run does nothing")

      // The first of it was killed, or had a limit: the next one goes on.
      let first = try await office.retry(selection(installation), request { $0.limit = 5 })
      #expect(first.replayed == [installation.topic: 5])
      let second = try await office.retry(selection(installation), request())
      #expect(second.replayed == [installation.topic: 7] && second.skipped == ["replayed": 5])
      let third = try await office.retry(selection(installation), request())
      #expect(third.replayed.isEmpty && third.skipped == ["replayed": 12])

      let records = try await installation.consume(installation.topic, count: 12)
      #expect(records.map(\.value) == (0..<12).map { Array(#"{"n":\#($0)}"#.utf8) })
      #expect(records.map(\.offset) == Array(0..<12), "in the order of the letters")
      #expect(records.allSatisfy { $0.partition == 1 })
      #expect(records.first?.timestamp == 1_700_000_000_000 && records.first?.key == Array("k0".utf8))
      #expect(
        records.first?.headers == [
          Header(name: "trace", text: "t"), Header(name: StoredDeadLetter.attemptsHeader, text: "1"),
          Header(name: StoredDeadLetter.sourceHeader, text: "\(installation.topic).dlq:1:0"),
        ])
      let audit = try await ParkingStore(pool: pool).audit()
      #expect(audit.map(\.action) == [.replayLetter, .replayLetter])
      #expect(audit.map(\.records) == [7, 5] && audit.allSatisfy { $0.actor == anna })
    }
  }

  @Test func selectionsAreHeldTo() async throws {
    try await with { installation, office, _ in
      try await deadLetter(4, installation)
      try await deadLetter(2, installation, error: "MalformedValue")
      let some = selection(installation) { $0.errorName = "MalformedValue" }
      let outcome = try await office.retry(some, request { $0.executes = false })
      #expect(outcome.selected == 2)
      let one = selection(installation) {
        $0.places = [DeadLetterPlace(.init(topic: installation.topic + ".dlq", partition: 1), offset: 3)]
      }
      #expect(try await office.retry(one, request { $0.executes = false }).selected == 1)
      let error = await #expect(throws: DeadLetterToolError.self) {
        var nowhere = DeadLetterSelection()
        nowhere.topics = ["nowhere-" + installation.topic]
        _ = try await office.retry(nowhere, request())
      }
      #expect(error?.code == .notFound)
    }
  }

  @Test func anotherLetterOfTheSameRecordIsNotReplayedAgain() async throws {
    try await with { installation, office, _ in
      // A syncer that was killed between the letter and the offset writes the letter again.
      try await deadLetter(3, installation)
      try await deadLetter(3, installation)
      let outcome = try await office.retry(selection(installation), request())
      #expect(outcome.replayed == [installation.topic: 3])
      #expect(outcome.skipped == ["duplicate": 3])
      #expect(try await states(office, installation).filter { $0 == .duplicate }.count == 3)
    }
  }

  @Test func recordsThatHadTheirAttemptsAreSetAside() async throws {
    try await with { installation, office, _ in
      try await deadLetter(2, installation, attempts: 3)
      let outcome = try await office.retry(selection(installation), request())
      #expect(outcome.setAside == [installation.topic + ".parked": 2] && outcome.replayed.isEmpty)
      let records = try await installation.consume(installation.topic + ".parked", count: 2)
      #expect(records.count == 2)
      #expect(records.first.map(StoredDeadLetter.init)?.errorName == "PostgresError.23503")
    }
  }

  @Test func whatWasKilledWhileItWasWrittenIsLookedUpInItsTarget() async throws {
    try await with { installation, office, pool in
      try await deadLetter(3, installation)
      // The state that SIGKILL leaves: two are written down as begun, one of them has reached the topic.
      let store = try await office.preparedStore()
      var letters: [StoredDeadLetter] = []
      try await office.read(selection(installation)) { items in
        letters += items.map(\.letter)
        return true
      }
      _ = try await store.claim(
        letters.prefix(2).map { .init(letter: $0, action: .replay, target: installation.topic) }, isForced: false, isDone: false, by: anna)
      try await installation.produce(
        [letters[0].record.value], headers: [Header(name: StoredDeadLetter.sourceHeader, text: letters[0].place.description)])
      #expect(
        try await states(office, installation) == [
          .inDoubt(target: installation.topic), .inDoubt(target: installation.topic), .waiting,
        ])

      let outcome = try await office.retry(selection(installation), request())
      #expect(outcome.settled == 2)
      #expect(outcome.replayed == [installation.topic: 2], "the one that is there is not written again")
      #expect(try await installation.consume(installation.topic, count: 3).count == 3)
      _ = pool
    }
  }

  @Test func twoRetriesAtOnceExcludeEachOther() async throws {
    try await with { installation, office, _ in
      try await deadLetter(1, installation)
      let error = try await office.preparedStore().alone {
        await #expect(throws: DeadLetterToolError.self) { try await office.retry(selection(installation), request()) }
      }
      #expect(error?.code == .conflict)
      #expect(try await office.retry(selection(installation), request()).written == 1)
    }
  }

  @Test func aLetterIsReplayedWithAnotherValueAndOnlyOnce() async throws {
    try await with { installation, office, _ in
      try await deadLetter(1, installation)
      let place = DeadLetterPlace(.init(topic: installation.topic + ".dlq", partition: 1), offset: 0)
      let edited = try await office.edit(place, value: Array(#"{"n":7}"#.utf8), request())
      #expect(edited.replayed == [installation.topic: 1])
      #expect(try await installation.consume(installation.topic, count: 1).first?.value == Array(#"{"n":7}"#.utf8))
      let error = await #expect(throws: DeadLetterToolError.self) { try await office.edit(place, value: nil, request()) }
      #expect(error?.code == .conflict)
    }
  }

  @Test func discardedLettersAreLeftAlone() async throws {
    try await with { installation, office, pool in
      try await deadLetter(3, installation)
      let outcome = try await office.discard(selection(installation) { $0.offsets = 0...1 }, request())
      #expect(outcome.discarded == 2)
      #expect(try await states(office, installation) == [.discarded, .discarded, .waiting])
      #expect(try await office.retry(selection(installation), request()).skipped == ["discarded": 2])
      #expect(try await ParkingStore(pool: pool).audit().contains { $0.action == .discardLetter && $0.records == 2 && $0.actor == anna })
    }
  }

  @Test func lettersOfParkedKeysGoThroughTheirQueue() async throws {
    try await with { installation, office, pool in
      try await deadLetter(2, installation)
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: installation.kafka), logger: testLogger("admin"))
      let cluster = try #require(try await admin.describeCluster().id)
      let sink = PostgresSink(handlers: [CountingHandler()], pool: pool, logger: testLogger("sink"))
      try await sink.prepare(OffsetScope(clusterID: cluster, group: installation.group))
      // Record 0 of key k0 is parked, and record 3 waits behind it.
      let partition = TopicPartition(topic: installation.topic, partition: 1)
      func record(_ offset: Int64) -> ConsumerRecord {
        ConsumerRecord(
          topic: partition.topic, partition: 1, offset: offset, timestamp: 1_700_000_000_000, timestampType: .createTime,
          key: Array("k0".utf8), value: Records.envelope(Int(offset)))
      }
      _ = try await sink.apply(
        SinkBatch(
          records: [ChangeRecord(parsing: record(3))], advances: [.init(partition: partition, expected: nil, next: 4)]),
        parking: BatchParking(
          failed: [
            .init(
              record: record(0), key: Array("k0".utf8), errorClass: .permanent,
              verdict: FailureVerdict(.permanent, "refused", errorName: "PostgresError.23503", handler: "counting"), retryAfter: nil)
          ], suspects: [0]))
      let key = try #require(try await ParkingStore(pool: pool).keys().first)
      #expect(try await states(office, installation) == [.parked(key: key.id, behind: 1, isRetrying: false), .waiting])

      let place = DeadLetterPlace(.init(topic: installation.topic + ".dlq", partition: 1), offset: 0)
      let edited = try await office.edit(place, value: Records.envelope(0, name: "mended"), request())
      #expect(edited.keys == [key.id] && edited.replayed.isEmpty)
      #expect(try await ParkingStore(pool: pool).records(of: key.id).first?.isEdited == true)

      let outcome = try await office.retry(selection(installation) { $0.places = [place] }, request())
      #expect(outcome.keys == [key.id] && outcome.written == 0)
      #expect(try await ParkingStore(pool: pool).key(key.id)?.state == .retrying)
      let late = await #expect(throws: DeadLetterToolError.self) { try await office.wait(for: outcome.keys, within: .milliseconds(150)) }
      #expect(late?.code == .unavailable)

      let dropped = try await office.discard(selection(installation) { $0.places = [place] }, wholeKeys: true, request())
      #expect(dropped.keys == [key.id])
      #expect(try await ParkingStore(pool: pool).key(key.id) == nil)
      #expect(try await states(office, installation) == [.discarded, .waiting])
      #expect(try await office.wait(for: [key.id], within: .seconds(1)).resolved == 1)
    }
  }

  @Test func aRateIsHeldTo() async throws {
    try await with { installation, office, _ in
      try await deadLetter(30, installation)
      let start = ContinuousClock.now
      let outcome = try await office.retry(selection(installation), request { $0.rate = 50 })
      #expect(outcome.written == 30)
      // 30 records in steps of 10: the third step begins after 0.4 s.
      #expect(ContinuousClock.now - start >= .milliseconds(400))
    }
  }
}
