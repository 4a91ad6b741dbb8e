import NIOCore
import Testing

@testable import Broker

/// Members, restarts and failures in random order: whatever comes, nobody is left without an answer, and nothing that was acknowledged is lost.
@Suite struct GroupDisorderTests {
  @Test(arguments: 0..<40) func everyRequestIsAnsweredOnceAndNothingAcknowledgedIsLost(_ seed: UInt64) throws {
    var numbers = SeededRandom(seed: seed)
    let bench = try GroupBench { $0.maximumSize = 5 }
    var joins: [Answer<JoinGroupResponse>] = []
    var syncs: [Answer<SyncGroupResponse>] = []
    var known: [(id: String, generation: Int32)] = []
    var acknowledged: [Int32: Int64] = [:]
    for step in 0..<400 {
      let member = known.randomElement(using: &numbers) ?? ("", -1)
      let instance = Bool.random(using: &numbers) ? nil : "i\(Int.random(in: 0..<3, using: &numbers))"
      switch Int.random(in: 0..<20, using: &numbers) {
      case 0...2: joins.append(bench.join(instance: instance))
      case 3...6: joins.append(bench.join(member.id, instance: member.id.hasPrefix("i") ? String(member.id.prefix(2)) : nil))
      case 7...10: syncs.append(bench.sync(member.id, member.generation, assign: [member.id: "a"]))
      case 11...12: _ = bench.heartbeat(member.id, member.generation)
      case 13: _ = bench.leave([(member.id, nil), ("", instance)])
      case 14...15:
        let partition = Int32.random(in: 0..<3, using: &numbers)
        let answer = bench.commit(Int64(step), partition: partition, member: member.id, generation: member.generation)
        if answer.value?.topics.first?.partitions.first?.errorCode == ErrorCode.none { acknowledged[partition] = Int64(step) }
      case 16: bench.advance(Int64.random(in: 0..<20_000, using: &numbers))
      case 17:
        bench.log.holdsCompletions.toggle()
        bench.log.completeHeld()
      case 18: bench.log.answer = Bool.random(using: &numbers) ? .none : .kafkaStorageError
      default:
        if Int.random(in: 0..<5, using: &numbers) == 0 {
          bench.log.completeHeld()
          try bench.restart()
          for (partition, offset) in acknowledged { #expect((bench.fetch("orders", partition)?.committedOffset ?? -1) >= offset) }
        }
      }
      for join in joins.suffix(8) {
        guard let value = join.value, !value.memberID.isEmpty else { continue }
        known.append((value.memberID, value.generationID))
      }
      known = known.suffix(12)
      check(bench.group())
      #expect(joins.allSatisfy { $0.values.count <= 1 } && syncs.allSatisfy { $0.values.count <= 1 })
    }
    bench.log.completeHeld()
    bench.coordinator.close()
    #expect(joins.allSatisfy(\.isOnce) && syncs.allSatisfy(\.isOnce))
  }

  private func check(_ group: ClassicGroup?) {
    guard let group else { return }
    switch group.state {
    case .empty: #expect(group.members.isEmpty && group.leaderID == nil)
    case .preparingRebalance: break
    case .completingRebalance, .stable:
      #expect(!group.members.isEmpty && group.protocolName == "range")
      #expect(group.leaderID.map { group.members[$0] != nil } == true)
    case .dead: Issue.record("a dead group is still there")
    }
    #expect(group.members.allSatisfy { $0.key == $0.value.memberID })
    #expect(group.staticMembers.allSatisfy { group.members[$0.value]?.groupInstanceID == $0.key })
    #expect(group.members.values.count { $0.groupInstanceID != nil } == group.staticMembers.count)
    #expect(group.pendingSyncMembers.allSatisfy { group.members[$0] != nil })
    #expect(group.pendingMembers.allSatisfy { group.members[$0] == nil })
    #expect(group.actions.isEmpty && group.members.count <= 5 + group.staticMembers.count)
  }
}
