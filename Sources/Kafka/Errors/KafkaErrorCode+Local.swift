extension KafkaError.Code {
  // Codes of the client library itself (negative), in its own words.

  /// Received message is incorrect.
  public static let badMessage = Self(rawValue: -199)
  /// Bad/unknown compression.
  public static let badCompression = Self(rawValue: -198)
  /// Broker is going away.
  public static let closed = Self(rawValue: -197)
  /// Generic failure.
  public static let failure = Self(rawValue: -196)
  /// Broker transport failure.
  public static let transport = Self(rawValue: -195)
  /// Critical system resource.
  public static let criticalSystemResource = Self(rawValue: -194)
  /// Failed to resolve broker.
  public static let resolve = Self(rawValue: -193)
  /// Produced message timed out.
  public static let messageTimedOut = Self(rawValue: -192)
  /// Reached the end of the topic+partition queue on the broker.
  public static let partitionEof = Self(rawValue: -191)
  /// Permanent: Partition does not exist in cluster.
  public static let unknownPartition = Self(rawValue: -190)
  /// File or filesystem error.
  public static let fileSystem = Self(rawValue: -189)
  /// Permanent: Topic does not exist in cluster.
  public static let unknownTopic = Self(rawValue: -188)
  /// All broker connections are down.
  public static let allBrokersDown = Self(rawValue: -187)
  /// Invalid argument, or invalid configuration.
  public static let invalidArgument = Self(rawValue: -186)
  /// Operation timed out.
  public static let timedOut = Self(rawValue: -185)
  /// Queue is full.
  public static let queueFull = Self(rawValue: -184)
  /// ISR count < required.acks.
  public static let insufficientInSyncReplicas = Self(rawValue: -183)
  /// Broker node update.
  public static let nodeUpdate = Self(rawValue: -182)
  /// SSL error.
  public static let tls = Self(rawValue: -181)
  /// Waiting for coordinator to become available.
  public static let waitingForCoordinator = Self(rawValue: -180)
  /// Unknown client group.
  public static let unknownGroup = Self(rawValue: -179)
  /// Operation in progress.
  public static let inProgress = Self(rawValue: -178)
  /// Previous operation in progress, wait for it to finish.
  public static let previousInProgress = Self(rawValue: -177)
  /// This operation would interfere with an existing subscription.
  public static let existingSubscription = Self(rawValue: -176)
  /// Assigned partitions (rebalance_cb).
  public static let assignPartitions = Self(rawValue: -175)
  /// Revoked partitions (rebalance_cb).
  public static let revokePartitions = Self(rawValue: -174)
  /// Conflicting use.
  public static let conflict = Self(rawValue: -173)
  /// Wrong state.
  public static let wrongState = Self(rawValue: -172)
  /// Unknown protocol.
  public static let unknownProtocol = Self(rawValue: -171)
  /// Not implemented.
  public static let notImplemented = Self(rawValue: -170)
  /// Authentication failure.
  public static let authentication = Self(rawValue: -169)
  /// No stored offset.
  public static let noOffset = Self(rawValue: -168)
  /// Outdated.
  public static let outdated = Self(rawValue: -167)
  /// Timed out in queue.
  public static let timedOutQueue = Self(rawValue: -166)
  /// Feature not supported by broker.
  public static let unsupportedFeature = Self(rawValue: -165)
  /// Awaiting cache update.
  public static let waitingForCache = Self(rawValue: -164)
  /// Operation interrupted (e.g., due to yield)).
  public static let interrupted = Self(rawValue: -163)
  /// Key serialization error.
  public static let keySerialization = Self(rawValue: -162)
  /// Value serialization error.
  public static let valueSerialization = Self(rawValue: -161)
  /// Key deserialization error.
  public static let keyDeserialization = Self(rawValue: -160)
  /// Value deserialization error.
  public static let valueDeserialization = Self(rawValue: -159)
  /// Partial response.
  public static let partial = Self(rawValue: -158)
  /// Modification attempted on read-only object.
  public static let readOnly = Self(rawValue: -157)
  /// No such entry / item not found.
  public static let noEntry = Self(rawValue: -156)
  /// Read underflow.
  public static let underflow = Self(rawValue: -155)
  /// Invalid type.
  public static let invalidType = Self(rawValue: -154)
  /// Retry operation.
  public static let retry = Self(rawValue: -153)
  /// Purged in queue.
  public static let purgeQueue = Self(rawValue: -152)
  /// Purged in flight.
  public static let purgeInflight = Self(rawValue: -151)
  /// Fatal error: see rd_kafka_fatal_error().
  public static let fatal = Self(rawValue: -150)
  /// Inconsistent state.
  public static let inconsistent = Self(rawValue: -149)
  /// Gap-less ordering would not be guaranteed if proceeding.
  public static let gaplessGuarantee = Self(rawValue: -148)
  /// Maximum poll interval exceeded.
  public static let maxPollExceeded = Self(rawValue: -147)
  /// Unknown broker.
  public static let unknownBroker = Self(rawValue: -146)
  /// Functionality not configured.
  public static let notConfigured = Self(rawValue: -145)
  /// Instance has been fenced.
  public static let fenced = Self(rawValue: -144)
  /// Application generated error.
  public static let application = Self(rawValue: -143)
  /// Assignment lost.
  public static let assignmentLost = Self(rawValue: -142)
  /// No operation performed.
  public static let noOperation = Self(rawValue: -141)
  /// No offset to automatically reset to.
  public static let autoOffsetReset = Self(rawValue: -140)
}
