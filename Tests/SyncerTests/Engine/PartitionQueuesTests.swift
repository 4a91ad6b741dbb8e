import Kafka
import Testing

@testable import Syncer

/// Who gets which records when, and who is paused.
struct PartitionQueuesTests {
  private let big = TopicPartition(topic: "big", partition: 0)
  private let other = TopicPartition(topic: "big", partition: 1)
  private let small = TopicPartition(topic: "small", partition: 0)

  private func run(_ partition: TopicPartition, _ offsets: Range<Int>) -> PolledRun {
    PolledRun(partition: partition, epoch: 1, follows: nil, records: Records.run(partition, offsets)[...])
  }

  private func counts(_ claim: Claim?) -> [TopicPartition: Int] {
    var counts: [TopicPartition: Int] = [:]
    for run in claim?.runs ?? [] { counts[run.partition, default: 0] += run.records.count }
    return counts
  }

  @Test func aSmallTopicIsInTheNextClaimWhateverTheBacklog() {
    var queues = PartitionQueues(appliers: 1)
    for batch in 0..<10 { queues.append(run(big, batch * 100..<batch * 100 + 100)) }
    let first = queues.claim(for: 0, maxRecords: 100, maxBytes: 1 << 30)
    #expect(counts(first) == [big: 100])
    queues.append(run(small, 0..<3))
    if let first { queues.release(first) }
    #expect(counts(queues.claim(for: 0, maxRecords: 100, maxBytes: 1 << 30)) == [big: 97, small: 3])
  }

  @Test func aPartitionBelongsToOneApplierUntilItIsReleased() throws {
    var queues = PartitionQueues(appliers: 2)
    queues.append(run(big, 0..<10))
    let claimFound = queues.claim(for: 0, maxRecords: 5, maxBytes: 1 << 30)
    let claim = try #require(claimFound)
    #expect(queues.claim(for: 1, maxRecords: 5, maxBytes: 1 << 30) == nil)
    let aheadFound = queues.claim(for: 0, maxRecords: 5, maxBytes: 1 << 30)
    let ahead = try #require(aheadFound)
    #expect(ahead.runs.flatMap { $0.records.map(\.offset) } == [5, 6, 7, 8, 9])
    #expect(ahead.runs.first?.follows == 5)
    queues.append(run(big, 10..<12))
    queues.release(claim)
    #expect(queues.claim(for: 1, maxRecords: 5, maxBytes: 1 << 30) == nil)
    queues.release(ahead)
    #expect(counts(queues.claim(for: 1, maxRecords: 5, maxBytes: 1 << 30)) == [big: 2])
  }

  @Test func aBacklogIsSharedAmongAppliers() {
    var queues = PartitionQueues(appliers: 2)
    for partition in [big, other] { queues.append(run(partition, 0..<100)) }
    #expect(counts(queues.claim(for: 0, maxRecords: 50, maxBytes: 1 << 30)).count == 1)
    #expect(counts(queues.claim(for: 1, maxRecords: 50, maxBytes: 1 << 30)).count == 1)
  }

  @Test func whoHasMoreThanItsShareRestsUntilHalfOfItIsApplied() throws {
    var queues = PartitionQueues(appliers: 1)
    queues.append(run(big, 0..<100))
    queues.append(run(small, 0..<1))
    let limit = queues.footprint
    #expect(queues.surfeit(resting: [], limit: limit) == [big])
    let claimFound = queues.claim(for: 0, maxRecords: 30, maxBytes: 1 << 30)
    let claim = try #require(claimFound)
    // What is being applied counts, too.
    #expect(queues.surfeit(resting: [big], limit: limit) == [big])
    queues.release(claim)
    #expect(queues.surfeit(resting: [big], limit: limit) == [big])
    let next = queues.claim(for: 0, maxRecords: 60, maxBytes: 1 << 30)
    queues.release(try #require(next))
    #expect(queues.surfeit(resting: [big], limit: limit) == [])
  }

  @Test func whatIsRevokedIsDroppedAndItsBytesAreFree() throws {
    var queues = PartitionQueues(appliers: 1)
    queues.append(run(big, 0..<100))
    let claimFound = queues.claim(for: 0, maxRecords: 10, maxBytes: 1 << 30)
    let claim = try #require(claimFound)
    queues.drop([big])
    #expect(queues.footprint == claim.footprints[big])
    queues.release(claim)
    #expect(queues.footprint == 0)
    #expect(queues.claim(for: 0, maxRecords: 10, maxBytes: 1 << 30) == nil)
  }

  @Test func bytesBoundAClaimAndOneRecordAlwaysFits() {
    var queues = PartitionQueues(appliers: 1)
    queues.append(run(big, 0..<10))
    #expect(counts(queues.claim(for: 0, maxRecords: 10, maxBytes: 1)) == [big: 1])
  }

  /// A topic of many partitions, all with a backlog, and one record of another topic that comes last of all.
  private func busy(_ count: Int32, partitionsPerClaim: Int = .max) -> PartitionQueues {
    var queues = PartitionQueues(appliers: 1, partitionsPerClaim: partitionsPerClaim)
    for partition in 0..<count { queues.append(run(TopicPartition(topic: "big", partition: partition), 0..<1000)) }
    return queues
  }

  @Test(arguments: [1, 7, 100])
  func aTopicOfManyPartitionsDoesNotStarveAnother(maxRecords: Int) throws {
    var queues = busy(50)
    let firstFound = queues.claim(for: 0, maxRecords: maxRecords, maxBytes: 1 << 30)
    let first = try #require(firstFound)
    queues.append(run(small, 0..<1))
    queues.release(first)
    var claims = 0
    while true {
      let found = queues.claim(for: 0, maxRecords: maxRecords, maxBytes: 1 << 30)
      let claim = try #require(found)
      claims += 1
      queues.release(claim)
      if counts(claim)[small] == 1 { break }
      #expect(claim.runs.reduce(0) { $0 + $1.records.count } == maxRecords)
      try #require(claims <= 51)
    }
    #expect(queues.records > 30_000, "the backlog is still there")
  }

  @Test func partitionsThatAreClaimedOneByOneTakeTurns() throws {
    var queues = busy(3, partitionsPerClaim: 1)
    queues.append(run(small, 0..<2))
    var order: [TopicPartition] = []
    for _ in 0..<7 {
      let found = queues.claim(for: 0, maxRecords: 10, maxBytes: 1 << 30)
      let claim = try #require(found)
      order += counts(claim).keys
      queues.release(claim)
    }
    let bigs = (0..<3).map { TopicPartition(topic: "big", partition: $0) }
    // Among those that wait equally long: by their numbers.
    #expect(order == [bigs[0], small, bigs[1], bigs[2]] + bigs)
  }

  @Test func partitionsOfOneNumberAreClaimedTogether() throws {
    var queues = PartitionQueues(appliers: 2)
    let topics = ["options", "prices", "products"]
    for topic in topics {
      for partition in 0..<4 { queues.append(run(TopicPartition(topic: topic, partition: Int32(partition)), 0..<100)) }
    }
    for applier in 0..<2 {
      let found = queues.claim(for: applier, maxRecords: 60, maxBytes: 1 << 30)
      let claim = try #require(found)
      let claimed = counts(claim)
      #expect(claimed.count == 6)
      #expect(Dictionary(grouping: claimed.keys, by: \.partition).values.allSatisfy { Set($0.map(\.topic)) == Set(topics) })
    }
  }

  @Test func whoeverIsBehindLeavesRoomForOneThatIsNot() {
    var queues = busy(4)
    let limit = queues.footprint
    // Five parts for four: each of them has more than its own.
    #expect(queues.surfeit(resting: [], limit: limit).count == 4)
    queues.append(run(small, 0..<1))
    #expect(!queues.surfeit(resting: [], limit: limit).contains(small))
  }

  @Test func littleWorkIsNotClaimedAhead() {
    var queues = PartitionQueues(appliers: 2)
    queues.append(run(big, 0..<10))
    #expect(queues.claim(for: 0, maxRecords: 100, maxBytes: 1 << 30, minimum: 50) == nil)
    queues.append(run(big, 10..<50))
    #expect(counts(queues.claim(for: 0, maxRecords: 100, maxBytes: 1 << 30, minimum: 50)) == [big: 50])
  }
}
