extension KafkaError.Code {
  // Codes of the Kafka protocol (zero and above): https://kafka.apache.org/protocol#protocol_error_codes

  /// Unknown broker error.
  public static let unknown = Self(rawValue: -1)
  /// Success.
  public static let noError = Self(rawValue: 0)
  /// Offset out of range.
  public static let offsetOutOfRange = Self(rawValue: 1)
  /// Invalid message.
  public static let corruptMessage = Self(rawValue: 2)
  /// Unknown topic or partition.
  public static let unknownTopicOrPartition = Self(rawValue: 3)
  /// Invalid message size.
  public static let invalidMessageSize = Self(rawValue: 4)
  /// Leader not available.
  public static let leaderNotAvailable = Self(rawValue: 5)
  /// Not leader for partition.
  public static let notLeaderForPartition = Self(rawValue: 6)
  /// Request timed out.
  public static let requestTimedOut = Self(rawValue: 7)
  /// Broker not available.
  public static let brokerNotAvailable = Self(rawValue: 8)
  /// Replica not available.
  public static let replicaNotAvailable = Self(rawValue: 9)
  /// Message size too large.
  public static let messageSizeTooLarge = Self(rawValue: 10)
  /// StaleControllerEpochCode.
  public static let staleControllerEpoch = Self(rawValue: 11)
  /// Offset metadata string too large.
  public static let offsetMetadataTooLarge = Self(rawValue: 12)
  /// Broker disconnected before response received.
  public static let networkException = Self(rawValue: 13)
  /// Coordinator load in progress.
  public static let coordinatorLoadInProgress = Self(rawValue: 14)
  /// Coordinator not available.
  public static let coordinatorNotAvailable = Self(rawValue: 15)
  /// Not coordinator.
  public static let notCoordinator = Self(rawValue: 16)
  /// Invalid topic.
  public static let topicException = Self(rawValue: 17)
  /// Message batch larger than configured server segment size.
  public static let recordListTooLarge = Self(rawValue: 18)
  /// Not enough in-sync replicas.
  public static let notEnoughReplicas = Self(rawValue: 19)
  /// Message(s) written to insufficient number of in-sync replicas.
  public static let notEnoughReplicasAfterAppend = Self(rawValue: 20)
  /// Invalid required acks value.
  public static let invalidRequiredAcks = Self(rawValue: 21)
  /// Specified group generation id is not valid.
  public static let illegalGeneration = Self(rawValue: 22)
  /// Inconsistent group protocol.
  public static let inconsistentGroupProtocol = Self(rawValue: 23)
  /// Invalid group.id.
  public static let invalidGroupId = Self(rawValue: 24)
  /// Unknown member.
  public static let unknownMemberId = Self(rawValue: 25)
  /// Invalid session timeout.
  public static let invalidSessionTimeout = Self(rawValue: 26)
  /// Group rebalance in progress.
  public static let rebalanceInProgress = Self(rawValue: 27)
  /// Commit offset data size is not valid.
  public static let invalidCommitOffsetSize = Self(rawValue: 28)
  /// Topic authorization failed.
  public static let topicAuthorizationFailed = Self(rawValue: 29)
  /// Group authorization failed.
  public static let groupAuthorizationFailed = Self(rawValue: 30)
  /// Cluster authorization failed.
  public static let clusterAuthorizationFailed = Self(rawValue: 31)
  /// Invalid timestamp.
  public static let invalidTimestamp = Self(rawValue: 32)
  /// Unsupported SASL mechanism.
  public static let unsupportedSaslMechanism = Self(rawValue: 33)
  /// Illegal SASL state.
  public static let illegalSaslState = Self(rawValue: 34)
  /// Unuspported version.
  public static let unsupportedVersion = Self(rawValue: 35)
  /// Topic already exists.
  public static let topicAlreadyExists = Self(rawValue: 36)
  /// Invalid number of partitions.
  public static let invalidPartitions = Self(rawValue: 37)
  /// Invalid replication factor.
  public static let invalidReplicationFactor = Self(rawValue: 38)
  /// Invalid replica assignment.
  public static let invalidReplicaAssignment = Self(rawValue: 39)
  /// Invalid config.
  public static let invalidConfig = Self(rawValue: 40)
  /// Not controller for cluster.
  public static let notController = Self(rawValue: 41)
  /// Invalid request.
  public static let invalidRequest = Self(rawValue: 42)
  /// Message format on broker does not support request.
  public static let unsupportedForMessageFormat = Self(rawValue: 43)
  /// Policy violation.
  public static let policyViolation = Self(rawValue: 44)
  /// Broker received an out of order sequence number.
  public static let outOfOrderSequenceNumber = Self(rawValue: 45)
  /// Broker received a duplicate sequence number.
  public static let duplicateSequenceNumber = Self(rawValue: 46)
  /// Producer attempted an operation with an old epoch.
  public static let invalidProducerEpoch = Self(rawValue: 47)
  /// Producer attempted a transactional operation in an invalid state.
  public static let invalidTransactionState = Self(rawValue: 48)
  /// Producer attempted to use a producer id which is not currently assigned to its transactional id.
  public static let invalidProducerIdMapping = Self(rawValue: 49)
  /// Transaction timeout is larger than the maximum value allowed by the broker's max.transaction.timeout.ms.
  public static let invalidTransactionTimeout = Self(rawValue: 50)
  /// Producer attempted to update a transaction while another concurrent operation on the same transaction was….
  public static let concurrentTransactions = Self(rawValue: 51)
  /// Indicates that the transaction coordinator sending a WriteTxnMarker is no longer the current coordinator….
  public static let transactionCoordinatorFenced = Self(rawValue: 52)
  /// Transactional Id authorization failed.
  public static let transactionalIdAuthorizationFailed = Self(rawValue: 53)
  /// Security features are disabled.
  public static let securityDisabled = Self(rawValue: 54)
  /// Operation not attempted.
  public static let operationNotAttempted = Self(rawValue: 55)
  /// Disk error when trying to access log file on the disk.
  public static let kafkaStorageError = Self(rawValue: 56)
  /// The user-specified log directory is not found in the broker config.
  public static let logDirNotFound = Self(rawValue: 57)
  /// SASL Authentication failed.
  public static let saslAuthenticationFailed = Self(rawValue: 58)
  /// Unknown Producer Id.
  public static let unknownProducerId = Self(rawValue: 59)
  /// Partition reassignment is in progress.
  public static let reassignmentInProgress = Self(rawValue: 60)
  /// Delegation Token feature is not enabled.
  public static let delegationTokenAuthDisabled = Self(rawValue: 61)
  /// Delegation Token is not found on server.
  public static let delegationTokenNotFound = Self(rawValue: 62)
  /// Specified Principal is not valid Owner/Renewer.
  public static let delegationTokenOwnerMismatch = Self(rawValue: 63)
  /// Delegation Token requests are not allowed on this connection.
  public static let delegationTokenRequestNotAllowed = Self(rawValue: 64)
  /// Delegation Token authorization failed.
  public static let delegationTokenAuthorizationFailed = Self(rawValue: 65)
  /// Delegation Token is expired.
  public static let delegationTokenExpired = Self(rawValue: 66)
  /// Supplied principalType is not supported.
  public static let invalidPrincipalType = Self(rawValue: 67)
  /// The group is not empty.
  public static let nonEmptyGroup = Self(rawValue: 68)
  /// The group id does not exist.
  public static let groupIdNotFound = Self(rawValue: 69)
  /// The fetch session ID was not found.
  public static let fetchSessionIdNotFound = Self(rawValue: 70)
  /// The fetch session epoch is invalid.
  public static let invalidFetchSessionEpoch = Self(rawValue: 71)
  /// No matching listener.
  public static let listenerNotFound = Self(rawValue: 72)
  /// Topic deletion is disabled.
  public static let topicDeletionDisabled = Self(rawValue: 73)
  /// Leader epoch is older than broker epoch.
  public static let fencedLeaderEpoch = Self(rawValue: 74)
  /// Leader epoch is newer than broker epoch.
  public static let unknownLeaderEpoch = Self(rawValue: 75)
  /// Unsupported compression type.
  public static let unsupportedCompressionType = Self(rawValue: 76)
  /// Broker epoch has changed.
  public static let staleBrokerEpoch = Self(rawValue: 77)
  /// Leader high watermark is not caught up.
  public static let offsetNotAvailable = Self(rawValue: 78)
  /// Group member needs a valid member ID.
  public static let memberIdRequired = Self(rawValue: 79)
  /// Preferred leader was not available.
  public static let preferredLeaderNotAvailable = Self(rawValue: 80)
  /// Consumer group has reached maximum size.
  public static let groupMaxSizeReached = Self(rawValue: 81)
  /// Static consumer fenced by other consumer with same group.instance.id.
  public static let fencedInstanceId = Self(rawValue: 82)
  /// Eligible partition leaders are not available.
  public static let eligibleLeadersNotAvailable = Self(rawValue: 83)
  /// Leader election not needed for topic partition.
  public static let electionNotNeeded = Self(rawValue: 84)
  /// No partition reassignment is in progress.
  public static let noReassignmentInProgress = Self(rawValue: 85)
  /// Deleting offsets of a topic while the consumer group is subscribed to it.
  public static let groupSubscribedToTopic = Self(rawValue: 86)
  /// Broker failed to validate record.
  public static let invalidRecord = Self(rawValue: 87)
  /// There are unstable offsets that need to be cleared.
  public static let unstableOffsetCommit = Self(rawValue: 88)
  /// Throttling quota has been exceeded.
  public static let throttlingQuotaExceeded = Self(rawValue: 89)
  /// There is a newer producer with the same transactionalId which fences the current one.
  public static let producerFenced = Self(rawValue: 90)
  /// Request illegally referred to resource that does not exist.
  public static let resourceNotFound = Self(rawValue: 91)
  /// Request illegally referred to the same resource twice.
  public static let duplicateResource = Self(rawValue: 92)
  /// Requested credential would not meet criteria for acceptability.
  public static let unacceptableCredential = Self(rawValue: 93)
  /// Indicates that the either the sender or recipient of a voter-only request is not one of the expected voters.
  public static let inconsistentVoterSet = Self(rawValue: 94)
  /// Invalid update version.
  public static let invalidUpdateVersion = Self(rawValue: 95)
  /// Unable to update finalized features due to server error.
  public static let featureUpdateFailed = Self(rawValue: 96)
  /// Request principal deserialization failed during forwarding.
  public static let principalDeserializationFailure = Self(rawValue: 97)
}
