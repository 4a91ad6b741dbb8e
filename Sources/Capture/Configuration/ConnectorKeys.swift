/// Every documented key (Debezium 3.x PostgreSQL connector; Kafka Connect's own for a source connector) with its default.
///
/// Source: Debezium documentation, "PostgreSQL connector configuration properties"; Kafka Connect's `SourceConnectorConfig`.
enum ConnectorKeys {
  static let connectorClass = "io.debezium.connector.postgresql.PostgresConnector"
  static let jsonConverter = "org.apache.kafka.connect.json.JsonConverter"
  static let stringConverter = "org.apache.kafka.connect.storage.StringConverter"
  static let byteArrayConverter = "org.apache.kafka.connect.converters.ByteArrayConverter"
  static let simpleHeaderConverter = "org.apache.kafka.connect.storage.SimpleHeaderConverter"

  private static let count: ConnectorKey.Kind = .integer(0...Int64.max)

  /// The keys by topic, in the order in which tools show them.
  static let sections: [(name: String, keys: [ConnectorKey])] = [
    ("Connector", connector), ("Database", database), ("Selection", selection), ("Snapshots", snapshots), ("Slot", slot),
    ("Records", records), ("Values", values), ("Operation", operation), ("Connect", connect),
  ]

  static let all: [String: ConnectorKey] = Dictionary(
    uniqueKeysWithValues: sections.flatMap { $0.keys }.map { ($0.name, $0) })

  /// Namespaces whose keys are read elsewhere, or are known and cannot be honoured.
  enum Namespace: Sendable {
    case transforms, predicates, producerOverride, topicCreation, columnMappings, snapshots
    case refused(String)
    case tuning
  }

  static let namespaces: [(prefix: String, namespace: Namespace)] = [
    ("transforms.", .transforms), ("predicates.", .predicates), ("producer.override.", .producerOverride),
    ("topic.creation.", .topicCreation),
    ("column.mask.", .columnMappings), ("column.truncate.", .columnMappings),
    ("snapshot.select.statement.overrides.", .snapshots), ("snapshot.max.threads.multiplier.", .snapshots),
    ("signal.consumer.", .tuning),
    ("driver.", .refused("there is no JDBC driver; use database.* keys")),
    ("openlineage.", .tuning),
  ]

  private static let connector: [ConnectorKey] = [
    ConnectorKey("name"),
    ConnectorKey("connector.class", .text, default: connectorClass, .only([connectorClass], why: "no other connector is here")),
    ConnectorKey("tasks.max", .integer(1...Int64.max), default: "1", .only(["1"], why: "a slot has one reader")),
    ConnectorKey("topic.prefix"),
    ConnectorKey("topic.delimiter", .text, default: "."),
    ConnectorKey("topic.cache.size", count, default: "10000", .tuning),
    ConnectorKey(
      "topic.naming.strategy", .text, default: "io.debezium.schema.SchemaTopicNamingStrategy",
      .only(TopicNaming.Strategy.allCases.map(\.rawValue), why: "topics are named by prefix, schema and table")),
    ConnectorKey("topic.heartbeat.prefix", .text, default: "__debezium-heartbeat"),
    ConnectorKey("topic.heartbeat.name", .text, default: ""),
    ConnectorKey("topic.transaction", .text, default: "transaction"),
  ]

  private static let database: [ConnectorKey] = [
    ConnectorKey("database.hostname"),
    ConnectorKey("database.port", .integer(1...65535), default: "5432"),
    ConnectorKey("database.user"),
    ConnectorKey("database.password"),
    ConnectorKey("database.dbname"),
    ConnectorKey(
      "database.sslmode", .choice(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]), default: "prefer"),
    ConnectorKey("database.sslcert"),
    ConnectorKey("database.sslkey"),
    ConnectorKey("database.sslpassword", .text, default: nil, .only([""], why: "use a key file without a password")),
    ConnectorKey("database.sslrootcert"),
    ConnectorKey("database.sslfactory", .text, default: nil, .only([""], why: "there is no JDBC driver")),
    ConnectorKey("database.tcpKeepAlive", .boolean, default: "true", .only(["true"], why: "keepalive is always on")),
    ConnectorKey("database.initial.statements", .text, default: ""),
    ConnectorKey("database.query.timeout.ms", count, default: "600000", .tuning),
    ConnectorKey("database.connection.factory.class", .text, default: "", .only([""], why: "there is no JDBC driver")),
  ]

  private static let selection: [ConnectorKey] = [
    ConnectorKey("schema.include.list"), ConnectorKey("schema.exclude.list"),
    ConnectorKey("table.include.list"), ConnectorKey("table.exclude.list"),
    ConnectorKey("column.include.list"), ConnectorKey("column.exclude.list"),
    ConnectorKey("table.ignore.builtin", .boolean, default: "true"),
    ConnectorKey("message.key.columns"),
    ConnectorKey("message.prefix.include.list"), ConnectorKey("message.prefix.exclude.list"),
    ConnectorKey("skipped.operations", .text, default: "t"),
    ConnectorKey("skip.messages.without.change", .boolean, default: "false"),
    ConnectorKey("guardrail.collections.max", count, default: "0"),
    ConnectorKey("guardrail.collections.limit.action", .choice(["warn", "fail"]), default: "warn"),
  ]

  private static let snapshots: [ConnectorKey] = [
    ConnectorKey(
      "snapshot.mode", .choice(["always", "initial", "initial_only", "no_data", "never", "when_needed", "configuration_based", "custom"]),
      default: "initial",
      .only(
        ["always", "initial", "initial_only", "no_data", "never", "when_needed", "configuration_based"],
        why: "custom modes are Java classes")),
    ConnectorKey("snapshot.mode.custom.name", .text, default: "", .only([""], why: "custom modes are Java classes")),
    ConnectorKey(
      "snapshot.isolation.mode", .choice(["serializable", "repeatable_read", "read_committed", "read_uncommitted"]),
      default: "serializable"),
    ConnectorKey(
      "snapshot.locking.mode", .choice(["shared", "none", "custom"]), default: "none",
      .only(["none", "shared"], why: "custom modes are Java classes")),
    ConnectorKey("snapshot.locking.mode.custom.name", .text, default: "", .only([""], why: "custom modes are Java classes")),
    ConnectorKey("snapshot.lock.timeout.ms", count, default: "10000"),
    ConnectorKey(
      "snapshot.query.mode", .choice(["select_all", "custom"]), default: "select_all",
      .only(["select_all"], why: "custom modes are Java classes; snapshot.select.statement.overrides takes statements")),
    ConnectorKey("snapshot.query.mode.custom.name", .text, default: "", .only([""], why: "custom modes are Java classes")),
    ConnectorKey("snapshot.include.collection.list"),
    ConnectorKey("snapshot.select.statement.overrides", .text, default: ""),
    ConnectorKey("snapshot.delay.ms", count, default: "0"),
    ConnectorKey("snapshot.fetch.size", count, default: "10240", .tuning),
    ConnectorKey("snapshot.max.threads", .integer(1...1024), default: "1"),
    ConnectorKey("snapshot.max.threads.multiplier", .integer(1...1024), default: "1"),
    ConnectorKey("legacy.snapshot.max.threads", .boolean, default: "false"),
    ConnectorKey("snapshot.tables.order.by.row.count", .choice(["disabled", "ascending", "descending"]), default: "disabled"),
    ConnectorKey("snapshot.mode.configuration.based.snapshot.data", .boolean, default: "false"),
    ConnectorKey("snapshot.mode.configuration.based.snapshot.schema", .boolean, default: "false", .tuning),
    ConnectorKey("snapshot.mode.configuration.based.start.stream", .boolean, default: "false"),
    ConnectorKey("snapshot.mode.configuration.based.snapshot.on.schema.error", .boolean, default: "false", .tuning),
    ConnectorKey("snapshot.mode.configuration.based.snapshot.on.data.error", .boolean, default: "false"),
    // Sluice's own.
    ConnectorKey("sluice.snapshot.chunk.pages", .integer(0...0xFFFF_FFFF), default: "0"),
    ConnectorKey("incremental.snapshot.chunk.size", .integer(1...1_000_000), default: "1024"),
    ConnectorKey("incremental.snapshot.watermarking.strategy", .choice(["insert_insert", "insert_delete"]), default: "insert_insert"),
    // Each chunk is read with the table's description of that moment: changes are always allowed.
    ConnectorKey("incremental.snapshot.allow.schema.changes", .boolean, default: "false", .tuning),
    ConnectorKey("read.only", .boolean, default: "false"),
    ConnectorKey("signal.data.collection", .text, default: nil),
    ConnectorKey("signal.enabled.channels", .text, default: "source"),
    ConnectorKey("signal.poll.interval.ms", count, default: "5000"),
    ConnectorKey("signal.file", .text, default: "file-signals.txt"),
    ConnectorKey("signal.kafka.topic", .text, default: nil),
    ConnectorKey("signal.kafka.bootstrap.servers", .text, default: nil),
    ConnectorKey("signal.kafka.groupId", .text, default: "kafka-signal"),
    ConnectorKey("signal.kafka.poll.timeout.ms", count, default: "100"),
    ConnectorKey("notification.enabled.channels", .text, default: ""),
    ConnectorKey("notification.sink.topic.name"),
    ConnectorKey("streaming.delay.ms", count, default: "0"),
  ]

  private static let slot: [ConnectorKey] = [
    ConnectorKey(
      "plugin.name", .choice(["decoderbufs", "pgoutput"]), default: "pgoutput", .only(["pgoutput"], why: "it is PostgreSQL's own plug-in")),
    ConnectorKey("slot.name", .text, default: "debezium"),
    ConnectorKey("slot.drop.on.stop", .boolean, default: "false", .only(["false"], why: "a dropped slot loses changes")),
    ConnectorKey("slot.failover", .boolean, default: "false"),
    ConnectorKey("slot.stream.params", .text, default: "", .only([""], why: "pgoutput needs none")),
    ConnectorKey("slot.max.retries", count, default: "6"),
    ConnectorKey("slot.retry.delay.ms", count, default: "10000"),
    ConnectorKey("publication.name", .text, default: "dbz_publication"),
    ConnectorKey("publication.autocreate.mode", .choice(["disabled", "all_tables", "filtered", "no_tables"]), default: "all_tables"),
    ConnectorKey("publish.via.partition.root", .boolean, default: "false"),
    ConnectorKey("replica.identity.autoset.values", .text, default: ""),
    ConnectorKey("status.update.interval.ms", .integer(100...3_600_000), default: "10000"),
    ConnectorKey(
      "lsn.flush.mode", .choice(["manual", "connector", "connector_and_driver"]), default: "connector",
      .only(["connector", "connector_and_driver"], why: "the slot follows what Kafka acknowledged")),
    ConnectorKey("flush.lsn.source", .boolean, default: "true", .only(["true"], why: "the slot follows what Kafka acknowledged")),
    ConnectorKey("lsn.flush.timeout.ms", count, default: "30000", .tuning),
    ConnectorKey("lsn.flush.timeout.action", .choice(["fail", "warn", "ignore"]), default: "fail", .tuning),
    ConnectorKey(
      "offset.mismatch.strategy", .choice(["no_validation", "trust_offset", "trust_slot", "trust_greater_lsn"]), default: "no_validation"),
    // Sluice's own.
    ConnectorKey("sluice.slot.policy", .choice(["fail", "resnapshot", "trust_slot"]), default: "fail"),
    ConnectorKey("xmin.fetch.interval.ms", count, default: "0"),
  ]

  private static let records: [ConnectorKey] = [
    ConnectorKey("tombstones.on.delete", .boolean, default: "true"),
    ConnectorKey("extended.headers.enabled", .boolean, default: "true"),
    ConnectorKey("provide.transaction.metadata", .boolean, default: "false"),
    ConnectorKey(
      "transaction.metadata.factory", .text, default: "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory", .tuning),
    ConnectorKey("heartbeat.interval.ms", count, default: "0"),
    ConnectorKey("heartbeat.action.query", .text, default: ""),
    ConnectorKey("include.schema.changes", .boolean, default: "true", .tuning),
    ConnectorKey("include.schema.comments", .boolean, default: "false"),
    ConnectorKey("schema.name.adjustment.mode", .choice(["none", "avro", "avro_unicode"]), default: "none"),
    ConnectorKey("field.name.adjustment.mode", .choice(["none", "avro", "avro_unicode"]), default: "none"),
    ConnectorKey(
      "schema.refresh.mode", .choice(["columns_diff", "columns_diff_exclude_unchanged_toast"]), default: "columns_diff", .tuning),
    ConnectorKey("sourceinfo.struct.maker", .text, default: "io.debezium.connector.postgresql.PostgresSourceInfoStructMaker", .tuning),
    ConnectorKey("converters", .text, default: "", .only([""], why: "custom converters are Java classes")),
    ConnectorKey("post.processors", .text, default: "", .only([""], why: "post processors are Java classes")),
    ConnectorKey("column.propagate.source.type", .text, default: ""),
    ConnectorKey("datatype.propagate.source.type", .text, default: ""),
  ]

  private static let values: [ConnectorKey] = [
    ConnectorKey("decimal.handling.mode", .choice(["precise", "double", "string"]), default: "precise"),
    ConnectorKey(
      "time.precision.mode",
      .choice(["adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds", "structured"]),
      default: "adaptive"),
    ConnectorKey("interval.handling.mode", .choice(["numeric", "string"]), default: "numeric"),
    ConnectorKey("binary.handling.mode", .choice(["bytes", "base64", "base64-url-safe", "hex"]), default: "bytes"),
    ConnectorKey("hstore.handling.mode", .choice(["json", "map"]), default: "json"),
    ConnectorKey("money.fraction.digits", .integer(0...18), default: "2"),
    ConnectorKey("include.unknown.datatypes", .boolean, default: "false"),
    ConnectorKey("unavailable.value.placeholder", .text, default: "__debezium_unavailable_value"),
    ConnectorKey("event.converting.failure.handling.mode", .choice(["fail", "warn", "skip"]), default: "warn"),
  ]

  private static let operation: [ConnectorKey] = [
    ConnectorKey("max.batch.size", .integer(1...Int64.max), default: "2048", .tuning),
    ConnectorKey("max.queue.size", .integer(1...Int64.max), default: "8192", .tuning),
    ConnectorKey("max.queue.size.in.bytes", count, default: "0"),
    ConnectorKey("queue.provider.type", .text, default: "memory", .only(["memory"], why: "batches wait in memory")),
    ConnectorKey("poll.interval.ms", count, default: "500", .tuning),
    ConnectorKey("poll.dispatch.interval.ms", count, default: "0", .tuning),
    ConnectorKey("query.fetch.size", count, default: "0", .tuning),
    ConnectorKey("errors.max.retries", .integer(-1...Int64.max), default: "-1"),
    ConnectorKey("retriable.restart.connector.wait.ms", count, default: "10000"),
    ConnectorKey("event.processing.failure.handling.mode", .choice(["fail", "warn", "skip", "ignore"]), default: "fail"),
    ConnectorKey("custom.metric.tags", .text, default: ""),
    ConnectorKey("custom.sanitize.pattern", .text, default: "", .tuning),
    ConnectorKey("statistics.metrics.enabled", .boolean, default: "true", .tuning),
    ConnectorKey("connection.validation.timeout.ms", count, default: "60000", .tuning),
    ConnectorKey("executor.shutdown.timeout.ms", count, default: "4000", .tuning),
  ]

  private static let connect: [ConnectorKey] = [
    ConnectorKey("bootstrap.servers"),
    ConnectorKey("transforms", .text, default: ""), ConnectorKey("predicates", .text, default: ""),
    ConnectorKey(
      "key.converter", .text, default: jsonConverter,
      .only([jsonConverter, stringConverter, byteArrayConverter], why: "records are JSON, strings or bytes")),
    ConnectorKey(
      "value.converter", .text, default: jsonConverter,
      .only([jsonConverter, stringConverter, byteArrayConverter], why: "records are JSON, strings or bytes")),
    ConnectorKey(
      "header.converter", .text, default: jsonConverter,
      .only([jsonConverter, stringConverter, simpleHeaderConverter], why: "headers are JSON or strings")),
    // The embedded engine's spelling, for all three at once.
    ConnectorKey("converter.schemas.enable", .boolean, default: nil),
    ConnectorKey("key.converter.schemas.enable", .boolean, default: nil),
    ConnectorKey("value.converter.schemas.enable", .boolean, default: nil),
    ConnectorKey("header.converter.schemas.enable", .boolean, default: nil),
    ConnectorKey("converter.decimal.format", .choice(["base64", "numeric"]), default: nil),
    ConnectorKey("key.converter.decimal.format", .choice(["base64", "numeric"]), default: nil),
    ConnectorKey("value.converter.decimal.format", .choice(["base64", "numeric"]), default: nil),
    ConnectorKey("header.converter.decimal.format", .choice(["base64", "numeric"]), default: nil, .tuning),
    ConnectorKey("converter.replace.null.with.default", .boolean, default: nil),
    ConnectorKey("key.converter.replace.null.with.default", .boolean, default: nil),
    ConnectorKey("value.converter.replace.null.with.default", .boolean, default: nil),
    ConnectorKey("header.converter.replace.null.with.default", .boolean, default: nil, .only(["true"], why: "headers are never null")),
    ConnectorKey("key.converter.schemas.cache.size", count, default: "1000", .tuning),
    ConnectorKey("value.converter.schemas.cache.size", count, default: "1000", .tuning),
    ConnectorKey("header.converter.schemas.cache.size", count, default: "1000", .tuning),
    ConnectorKey("offset.storage", .text, default: nil),
    ConnectorKey("offset.storage.file.filename"),
    ConnectorKey("offset.storage.topic"),
    ConnectorKey("offset.storage.partitions", .integer(1...Int64.max), default: "1", .tuning),
    ConnectorKey("offset.storage.replication.factor", .integer(1...32767), default: "1", .tuning),
    ConnectorKey("offset.flush.interval.ms", count, default: "1000"),
    ConnectorKey("offset.flush.timeout.ms", count, default: "5000", .tuning),
    ConnectorKey(
      "errors.tolerance", .choice(["none", "all"]), default: "none", .only(["none"], why: "a change that cannot be sent would be lost")),
    ConnectorKey("errors.retry.timeout", .integer(-1...Int64.max), default: "0", .tuning),
    ConnectorKey("errors.retry.delay.max.ms", count, default: "60000", .tuning),
    ConnectorKey("errors.log.enable", .boolean, default: "false", .tuning),
    ConnectorKey("errors.log.include.messages", .boolean, default: "false", .tuning),
    ConnectorKey("config.action.reload", .choice(["none", "restart"]), default: "restart", .tuning),
    ConnectorKey(
      "exactly.once.support", .choice(["requested", "required"]), default: "requested",
      .only(["requested"], why: "records are delivered at least once")),
    ConnectorKey("transaction.boundary", .choice(["poll", "interval", "connector"]), default: "poll", .tuning),
  ]
}
