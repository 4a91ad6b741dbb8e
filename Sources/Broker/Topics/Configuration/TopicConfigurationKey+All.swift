extension TopicConfigurationKey {
  private static let noReplicas = "Accepted and without effect: there is one replica."

  /// Every configuration of a topic (Kafka 4's `TopicConfig`, without tiered storage), in the order of their names.
  static let all: [TopicConfigurationKey] = [
    TopicConfigurationKey(
      name: "cleanup.policy", brokerName: "log.cleanup.policy", type: .list, rule: .eachOf(["compact", "delete"]), defaultValue: "delete",
      documentation: "What becomes of old segments: delete drops them by age and size, compact keeps the last record of each key; or both."
    ) {
      $1.cleanupDelete = $0.strings.contains("delete")
      $1.cleanupCompact = $0.strings.contains("compact")
    },
    TopicConfigurationKey(
      name: "compression.type", brokerName: "compression.type", type: .string,
      rule: .only(
        "producer", of: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
        because: "this broker stores batches as their producer compressed them and takes 'producer' only; set compression.type there"),
      defaultValue: "producer", documentation: "Batches keep the compression that their producer chose; nothing else is possible here."),
    TopicConfigurationKey(
      name: "delete.retention.ms", brokerName: "log.cleaner.delete.retention.ms", type: .long, rule: .atLeast(0), defaultValue: "86400000",
      documentation: "How long compaction keeps a tombstone, so that whoever reads from the start sees it in time."
    ) { $1.deleteRetentionMillis = $0.int64 },
    TopicConfigurationKey(
      name: "file.delete.delay.ms", brokerName: "log.segment.delete.delay.ms", type: .long, rule: .atLeast(0), defaultValue: "60000",
      documentation: "How long the files of a dropped segment stay on disk."
    ) { $1.fileDeleteDelayMillis = $0.int64 },
    TopicConfigurationKey(
      name: "flush.messages", brokerName: "log.flush.interval.messages", type: .long, rule: .atLeast(1),
      defaultValue: "9223372036854775807",
      documentation: "Accepted and without effect: when files are synced is decided for the whole broker."),
    TopicConfigurationKey(
      name: "flush.ms", brokerName: "log.flush.interval.ms", type: .long, rule: .atLeast(0), defaultValue: "9223372036854775807",
      isEmptyAtBroker: true, documentation: "Accepted and without effect: when files are synced is decided for the whole broker."),
    TopicConfigurationKey(
      name: "index.interval.bytes", brokerName: "log.index.interval.bytes", type: .int, rule: .atLeast(0), defaultValue: "4096",
      documentation: "About how many bytes of records there are for one entry of a segment's index."
    ) { $1.indexIntervalBytes = $0.int },
    TopicConfigurationKey(
      name: "max.compaction.lag.ms", brokerName: "log.cleaner.max.compaction.lag.ms", type: .long, rule: .atLeast(1),
      defaultValue: "9223372036854775807", documentation: "After this time a record is compacted however clean the rest of the log is."
    ) { $1.maxCompactionLagMillis = $0.int64 },
    TopicConfigurationKey(
      name: "max.message.bytes", brokerName: "message.max.bytes", type: .int, rule: .atLeast(0), defaultValue: "1048588",
      documentation: "The largest batch of records, as it comes over the wire."
    ) { $1.maxMessageBytes = $0.int },
    TopicConfigurationKey(
      name: "message.timestamp.after.max.ms", brokerName: "log.message.timestamp.after.max.ms", type: .long, rule: .atLeast(0),
      defaultValue: "3600000", documentation: "How far a producer's timestamp may lie ahead of the broker's clock."
    ) { $1.timestampAfterMaxMillis = $0.int64 },
    TopicConfigurationKey(
      name: "message.timestamp.before.max.ms", brokerName: "log.message.timestamp.before.max.ms", type: .long, rule: .atLeast(0),
      defaultValue: "9223372036854775807", documentation: "How far a producer's timestamp may lie behind the broker's clock."
    ) { $1.timestampBeforeMaxMillis = $0.int64 },
    TopicConfigurationKey(
      name: "message.timestamp.type", brokerName: "log.message.timestamp.type", type: .string,
      rule: .oneOf(["CreateTime", "LogAppendTime"]),
      defaultValue: "CreateTime", documentation: "Whether records keep their producer's time or get the time of their arrival."
    ) { $1.timestampType = $0.string == "LogAppendTime" ? .logAppendTime : .createTime },
    TopicConfigurationKey(
      name: "min.cleanable.dirty.ratio", brokerName: "log.cleaner.min.cleanable.ratio", type: .double, rule: .between(0, 1),
      defaultValue: "0.5", documentation: "The part of a log that must be new since the last compaction before the next one begins."
    ) { $1.minCleanableDirtyRatio = $0.double },
    TopicConfigurationKey(
      name: "min.compaction.lag.ms", brokerName: "log.cleaner.min.compaction.lag.ms", type: .long, rule: .atLeast(0), defaultValue: "0",
      documentation: "For this long no record is compacted away."
    ) { $1.minCompactionLagMillis = $0.int64 },
    TopicConfigurationKey(
      name: "min.insync.replicas", brokerName: "min.insync.replicas", type: .int, rule: .atLeast(1), defaultValue: "1",
      documentation: noReplicas),
    TopicConfigurationKey(
      name: "preallocate", brokerName: "log.preallocate", type: .boolean, rule: .any, defaultValue: "false",
      documentation: "Accepted and without effect: segments grow as they are written."),
    TopicConfigurationKey(
      name: "retention.bytes", brokerName: "log.retention.bytes", type: .long, rule: .any, defaultValue: "-1",
      documentation: "Size of a partition beyond which its oldest segments are dropped; -1 for no limit."
    ) { $1.retentionBytes = $0.int64 },
    TopicConfigurationKey(
      name: "retention.ms", brokerName: "log.retention.ms", type: .long, rule: .atLeast(-1), defaultValue: "604800000",
      isEmptyAtBroker: true,
      documentation: "Age beyond which segments are dropped; -1 for never."
    ) { $1.retentionMillis = $0.int64 },
    TopicConfigurationKey(
      name: "segment.bytes", brokerName: "log.segment.bytes", type: .int, rule: .atLeast(1_048_576), defaultValue: "1073741824",
      documentation: "Size at which a segment is closed; retention and compaction work on closed segments."
    ) { $1.segmentBytes = $0.int },
    TopicConfigurationKey(
      name: "segment.index.bytes", brokerName: "log.index.size.max.bytes", type: .int, rule: .atLeast(4), defaultValue: "10485760",
      documentation: "Accepted and without effect: indexes grow as needed."),
    TopicConfigurationKey(
      name: "segment.jitter.ms", brokerName: "log.roll.jitter.ms", type: .long, rule: .atLeast(0), defaultValue: "0", isEmptyAtBroker: true,
      documentation: "Accepted and without effect: segments are closed when they are due."),
    TopicConfigurationKey(
      name: "segment.ms", brokerName: "log.roll.ms", type: .long, rule: .atLeast(1), defaultValue: "604800000", isEmptyAtBroker: true,
      documentation: "Age at which a segment is closed even when it is not full."
    ) { $1.segmentMillis = $0.int64 },
    TopicConfigurationKey(
      name: "unclean.leader.election.enable", brokerName: "unclean.leader.election.enable", type: .boolean, rule: .any,
      defaultValue: "false", documentation: noReplicas),
  ]
}
