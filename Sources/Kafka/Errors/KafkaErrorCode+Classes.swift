extension KafkaError.Code {
  /// Whether the same request can succeed later without anybody changing anything: the Java client's `RetriableException`
  /// family, and the transport errors of librdkafka.
  public var isRetriable: Bool { Self.retriable.contains(self) }

  /// Whether the broker says that this consumer is not, or at this moment not, the owner of what it wants to commit.
  ///
  /// Seen in the middle of a cooperative rebalance, too (librdkafka issues 4059 and 3710): the partition's state is to be
  /// dropped, and it is never a reason to stop.
  public var meansOwnershipLost: Bool { Self.ownershipLost.contains(self) }

  /// Whether another producer with the same transactional ID took over: this one must be closed.
  public var meansFenced: Bool { Self.fencing.contains(self) }

  private static let retriable: Set<Self> = [
    .transport, .timedOut, .timedOutQueue, .messageTimedOut, .queueFull, .allBrokersDown, .resolve, .waitingForCoordinator,
    .waitingForCache, .inProgress, .previousInProgress, .retry, .insufficientInSyncReplicas, .interrupted, .outdated,
    .corruptMessage, .unknownTopicOrPartition, .leaderNotAvailable, .notLeaderForPartition, .requestTimedOut,
    .brokerNotAvailable, .replicaNotAvailable, .networkException, .coordinatorLoadInProgress, .coordinatorNotAvailable,
    .notCoordinator, .notEnoughReplicas, .notEnoughReplicasAfterAppend, .notController, .kafkaStorageError,
    .concurrentTransactions, .fetchSessionIdNotFound, .invalidFetchSessionEpoch, .listenerNotFound, .fencedLeaderEpoch,
    .unknownLeaderEpoch, .offsetNotAvailable, .preferredLeaderNotAvailable, .eligibleLeadersNotAvailable,
    .unstableOffsetCommit, .throttlingQuotaExceeded, .rebalanceInProgress,
  ]

  private static let ownershipLost: Set<Self> = [
    .illegalGeneration, .rebalanceInProgress, .unknownMemberId, .fencedInstanceId, .assignmentLost,
  ]

  private static let fencing: Set<Self> = [.fenced, .producerFenced, .invalidProducerEpoch, .transactionCoordinatorFenced]
}
