import Kafka
import Testing

@testable import Syncer

/// What the coordinator will say again ends the process, with what to do.
struct GroupRefusalTests {
  @Test(
    arguments: [
      (.invalidSessionTimeout, .configuration, "session.timeout.ms"), (.fencedInstanceId, .fencedInstance, "syncer.instance_id"),
      (.inconsistentGroupProtocol, .configuration, "partition.assignment.strategy"),
      (.groupMaxSizeReached, .configuration, "group.max.size"),
      (.groupAuthorizationFailed, .configuration, "READ"), (.invalidGroupId, .configuration, "syncer.group"),
    ] as [(KafkaError.Code, SyncerError.Code, String)])
  func refusalsNameWhatToChange(code: KafkaError.Code, kind: SyncerError.Code, word: String) {
    let error = GroupRefusal.error(for: KafkaError(code: code, where: "consumer group"), group: "g")
    #expect(error?.code == kind)
    #expect(error?.reason.contains(word) == true)
    #expect(error?.reason.contains("\n") == false)
  }

  @Test(arguments: [.transport, .rebalanceInProgress, .unknownMemberId, .timedOut] as [KafkaError.Code])
  func whatPassesIsNoRefusal(code: KafkaError.Code) {
    #expect(GroupRefusal.error(for: KafkaError(code: code, where: "consumer group"), group: "g") == nil)
  }
}
