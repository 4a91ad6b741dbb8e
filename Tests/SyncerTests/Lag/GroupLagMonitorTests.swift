import Kafka
import Testing

@testable import Syncer

@Suite struct GroupLagMonitorTests {
  private let p = TopicPartition(topic: "t", partition: 0)
  private let owner = GroupLag.Owner(member: "m", client: "c", host: "h", instance: nil)

  private func look(_ committed: Int64?, end: Int64, owned: Bool) -> [GroupLag] {
    let partition = GroupLagReader.lag(
      p, committed: committed, ends: Watermarks(low: 0, high: end), head: nil, owner: owned ? owner : nil, now: 0)
    return [GroupLag(group: "g", cluster: nil, state: "Stable", partitions: [partition])]
  }

  /// Looks once a second, and tells what the last one says.
  private func last(_ seconds: Int64, owned: Bool = true, committed: (Int64) -> Int64, end: (Int64) -> Int64) -> GroupLag? {
    var monitor = GroupLagMonitor(span: .seconds(10))
    var last: [GroupLag] = []
    for second in 0..<seconds {
      last = monitor.observe(look(committed(second), end: end(second), owned: owned), now: second * 1000)
    }
    return last.first
  }

  @Test func aConsumerThatKeepsUpIsFine() {
    let group = last(30, committed: { $0 * 100 }, end: { $0 * 100 })
    #expect(group?.status == .ok)
    #expect(group?.complete == 1)
    #expect(group?.partitions.first?.trend.direction == .caughtUp)
  }

  @Test func aConsumerThatFallsBehindIsWarnedOf() {
    let group = last(30, committed: { $0 * 100 }, end: { 1000 + $0 * 150 })
    #expect(group?.status == .warn)
    #expect(group?.partitions.first?.trend.direction == .growing)
    #expect(group?.partitions.first?.trend.recordsPerSecond == 50)
  }

  @Test func aConsumerThatCatchesUpIsFineAndHasAnEnd() {
    let group = last(30, committed: { $0 * 100 }, end: { 10_000 + $0 * 50 })
    #expect(group?.status == .ok)
    #expect(group?.partitions.first?.trend.direction == .shrinking)
    // 50 records a second less: 10,000 - 29 * 50 are left.
    #expect(group?.partitions.first?.trend.catchUpSeconds == 171)
  }

  @Test func anOwnedPartitionThatDoesNotMoveStalls() {
    #expect(last(30, committed: { _ in 5 }, end: { 100 + $0 })?.status == .error)
    #expect(last(30, committed: { _ in 5 }, end: { 100 + $0 })?.partitions.first?.status == .stall)
    // Not before there was time to tell.
    #expect(last(5, committed: { _ in 5 }, end: { 100 + $0 })?.status == .ok)
  }

  @Test func aPartitionWithLagThatNobodyOwnsHasStopped() {
    #expect(last(1, owned: false, committed: { _ in 5 }, end: { _ in 100 })?.partitions.first?.status == .stop)
    #expect(last(1, owned: false, committed: { _ in 100 }, end: { _ in 100 })?.partitions.first?.status == .ok)
  }

  @Test func whoCommitsWithoutBeingAMemberIsAliveAsLongAsItDoes() {
    #expect(last(30, owned: false, committed: { $0 * 100 }, end: { 5000 + $0 * 50 })?.status == .ok)
    #expect(last(60, owned: false, committed: { min($0, 10) * 100 }, end: { 5000 + $0 * 50 })?.partitions.first?.status == .stop)
  }

  @Test func anOffsetThatGoesBackIsARewind() {
    #expect(last(12, committed: { $0 < 10 ? 1000 : ($0 - 10) * 10 }, end: { _ in 1000 })?.partitions.first?.status == .rewind)
  }

  @Test func whatASyncerTellsStaysAsItIs() {
    var monitor = GroupLagMonitor()
    let lag = PartitionLag(
      partition: p, position: 5, highWatermark: 9, records: 4, seconds: 2, commitSeconds: 3, status: .stall, complete: 0.7)
    let told = GroupLag(group: "g", cluster: "c", state: "running", problem: "none", partitions: [GroupLag.Partition(lag, owner: owner)])
    #expect(monitor.observe([told], now: 0) == [told])
    let better = look(1, end: 9, owned: false)[0].replacing(told)
    #expect(better.partitions.map(\.committed) == [5])
    #expect(better.partitions.map(\.commitSeconds) == [3])
    #expect(better.partitions.map(\.owner) == [owner])
    #expect(better.status == .error)
    #expect(better.state == "Stable")
    #expect(better.problem == "none")
  }

  @Test func lagIsCountedFromTheFirstRecordThatIsThere() {
    func lag(_ committed: Int64?, _ ends: Watermarks?, _ head: RecordTimeReader.Found?) -> GroupLag.Partition {
      GroupLagReader.lag(p, committed: committed, ends: ends, head: head, owner: nil, now: 10_000)
    }
    let ends = Watermarks(low: 100, high: 200)
    #expect(lag(150, ends, nil).lag == 50)
    #expect(lag(150, ends, nil).seconds == nil)
    #expect(lag(150, ends, .init(offset: 150, timestamp: 7_500)).seconds == 2.5)
    // Retention has removed what lay before, compaction has made a gap, a marker is the last.
    #expect(lag(10, ends, nil).lag == 100)
    #expect(lag(150, ends, .init(offset: 180, timestamp: 9_000)).lag == 20)
    #expect(lag(199, ends, .init(offset: 200, timestamp: nil)).lag == 0)
    #expect(lag(199, ends, .init(offset: 200, timestamp: nil)).seconds == 0)
    // Beyond the end: the topic was made anew.
    #expect(lag(500, ends, nil).lag == 0)
    // Nothing committed, or a topic that is gone.
    #expect(lag(nil, ends, nil).lag == nil)
    #expect(lag(5, nil, nil).lag == nil)
    #expect(lag(150, ends, .init(offset: 150, timestamp: 20_000)).seconds == 0)
  }

  @Test func aCheckNamesEachThingThatIsWrong() {
    func breaches(_ thresholds: LagThresholds, _ partition: GroupLag.Partition, problem: String? = nil) -> Int {
      thresholds.breaches(GroupLag(group: "g", cluster: nil, state: "Stable", problem: problem, partitions: [partition])).count
    }
    var partition = GroupLag.Partition(p, committed: 5, end: 10, lag: 5, seconds: 3, state: "assigned")
    #expect(breaches(LagThresholds(), partition) == 0)
    #expect(breaches(LagThresholds(), partition, problem: "there is no such group") == 1)
    #expect(breaches(LagThresholds(records: 5, seconds: 3), partition) == 0)
    #expect(breaches(LagThresholds(records: 4), partition) == 1)
    #expect(breaches(LagThresholds(records: 4, seconds: 2.9), partition) == 2)
    partition.seconds = nil
    #expect(breaches(LagThresholds(seconds: 100), partition) == 1)
    partition.lag = 0
    #expect(breaches(LagThresholds(seconds: 100), partition) == 0)
    partition.status = .warn
    #expect(breaches(LagThresholds(), partition) == 0)
    partition.status = .stall
    #expect(breaches(LagThresholds(), partition) == 1)
  }
}
