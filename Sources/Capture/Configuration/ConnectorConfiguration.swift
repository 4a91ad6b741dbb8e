public import ChangeEvents
public import Postgres

/// A connector's configuration, checked: what a connector file says, with Debezium's defaults.
///
/// Keys and defaults are documented by Debezium ("PostgreSQL connector configuration properties"). What differs:
/// `plugin.name` defaults to `pgoutput` (the one plug-in here), `offset.flush.interval.ms` to 1000, converters to JSON
/// without schemas, and `max.queue.size.in.bytes` to 8 MiB (0 means this default).
public struct ConnectorConfiguration: Sendable {
  /// `snapshot.mode`.
  public enum SnapshotMode: String, Sendable, Hashable {
    case always, initial
    case initialOnly = "initial_only"
    case noData = "no_data"
    case never
    case whenNeeded = "when_needed"
    case configurationBased = "configuration_based"
  }

  /// `sluice.slot.policy`: what a start does when the slot does not hold what follows the stored offset (it is missing, lost, made anew, moved by
  /// somebody else, or the server is another one).
  public enum SlotPolicy: String, Sendable, Hashable {
    /// Ends with an error that says what happened.
    case fail
    /// Makes the slot anew and takes a snapshot.
    case resnapshot
    /// Streams what the slot has, from a new one if there is none; what happened in between is not sent. A warning says so.
    case trustSlot = "trust_slot"
  }

  /// `publication.autocreate.mode`.
  public enum PublicationMode: String, Sendable, Hashable {
    case disabled, filtered
    case allTables = "all_tables"
    case noTables = "no_tables"
  }

  /// What happens with a value that its representation cannot hold (`event.converting.failure.handling.mode`).
  public enum ConversionFailure: String, Sendable, Hashable {
    case fail, warn, skip
  }

  /// What happens with a change that cannot be made a record (`event.processing.failure.handling.mode`).
  public enum ProcessingFailure: String, Sendable, Hashable {
    /// The connector stops (default).
    case fail
    /// The change is left out with a warning.
    case warn
    /// The change is left out.
    case skip, ignore
  }

  /// Where offsets are kept: `offset.storage.file.filename`, `offset.storage.topic`.
  public enum OffsetStorage: Sendable, Hashable {
    case file(String)
    case topic(String)
  }

  /// How keys, values and headers become bytes.
  public enum Converter: Sendable, Hashable {
    /// `JsonConverter` with `schemas.enable=false`.
    case json
    /// `JsonConverter` with `schemas.enable=true`: `{"schema":…,"payload":…}`.
    case jsonWithSchemas
    /// `StringConverter`.
    case string
    /// `SimpleHeaderConverter`.
    case simple
    /// `ByteArrayConverter`.
    case bytes
  }

  /// The connector's name.
  public var name: String
  /// Where the configuration came from, for messages.
  public var origin: String
  /// `topic.prefix`: the first part of topic names, and `source.name`.
  public var topicPrefix: String
  /// `topic.delimiter`; default `.`.
  public var topicDelimiter: String
  /// `database.*`: where the source is.
  public var database: ConnectionConfiguration
  /// `database.initial.statements`: run on each ordinary connection.
  public var initialStatements: String?
  /// `slot.name`; default `debezium`.
  public var slotName: String
  /// `slot.max.retries`: how often a slot that somebody else reads is looked at again; default 6.
  public var slotMaxRetries: Int
  /// `slot.retry.delay.ms`: the pause between; default 10 s.
  public var slotRetryDelay: Duration
  /// `slot.failover`: the slot is kept on standbys, too (PostgreSQL 17; older servers are warned of); default false.
  public var slotFailover: Bool
  /// `offset.mismatch.strategy` is `trust_slot` or `trust_greater_lsn`: a slot ahead of the stored offset is followed, with a warning.
  public var trustsSlot: Bool
  /// `sluice.slot.policy`; default `fail`.
  public var slotPolicy: SlotPolicy
  /// `publication.name`; default `dbz_publication`.
  public var publicationName: String
  /// `publication.autocreate.mode`; default `all_tables`.
  public var publicationMode: PublicationMode
  /// `publish.via.partition.root`: changes of partitions are those of their root; default false.
  public var publishViaPartitionRoot: Bool
  /// `snapshot.mode`; default `initial`.
  public var snapshotMode: SnapshotMode
  /// `status.update.interval.ms`: how often the server is told positions; default 10 s.
  public var statusInterval: Duration
  /// Where offsets are kept; nil leaves it to the process.
  public var offsetStorage: OffsetStorage?
  /// `offset.flush.interval.ms`: how often positions are stored and confirmed; default 1 s.
  public var offsetFlushInterval: Duration
  /// `tombstones.on.delete`: a delete is followed by a record of the same key and no value; default true.
  public var tombstonesOnDelete: Bool
  /// `extended.headers.enabled`: records carry `__debezium.context.*` headers; default true.
  public var contextHeaders: Bool
  /// `skipped.operations`; default truncate.
  public var skippedOperations: Set<ChangeEvents.Operation>
  /// What a publication that is made here publishes, in SQL's words; nil for everything, also where `skipped.operations` is not in the file.
  var publishedOperations: [String]?
  /// How values are represented (`decimal.handling.mode` and its like).
  public var encoding: EncodingOptions
  /// `event.converting.failure.handling.mode`; default `warn`: null is written and a warning logged.
  public var conversionFailure: ConversionFailure
  /// `key.converter`; JSON without schemas where the file names none, with them where it names JsonConverter alone.
  public var keyConverter: Converter
  /// `value.converter`; default JSON without schemas, as `key.converter`.
  public var valueConverter: Converter
  /// `header.converter`; default JSON.
  public var headerConverter: Converter
  /// Bound of the records that are on their way to Kafka, bytes with what a client keeps beside them; default 8 MB.
  public var maxBytesInFlight: Int
  /// Restarts after a failure before giving up; nil is for ever.
  public var maxRestarts: Int?
  /// The longest wait between two restarts; waits grow towards it, with jitter.
  public var restartWait: Duration
  /// `bootstrap.servers`, where the file names it.
  public var bootstrapServers: String?
  /// `producer.override.*`, without the prefix.
  public var producerOverrides: [String: String]
  /// `topic.creation.default.*`, without the prefix (`partitions`, `replication.factor`, topic settings).
  public var topicCreation: [String: String]

  var schemaFilter: NameFilter
  /// Told of expressions that take too long: what filters decide counts for nothing then.
  var patternWatch: PatternWatch
  var tableFilter: NameFilter
  var columnFilter: NameFilter
  var snapshotFilter: NameFilter
  var messageFilter: NameFilter
  var notifications: NotificationSettings
  var snapshot: SnapshotSettings
  var keyColumns: [NamePattern]
  /// `column.mask.*`, `column.truncate.*`.
  var columnMappings: ColumnMappings
  /// `custom.metric.tags`: labels of every metric.
  var metricTags: [MetricTags.Tag]
  /// `max.queue.size`, for metrics: what waits is bounded in bytes.
  var queueCapacity: Int
  /// `heartbeat.*`.
  var heartbeats: HeartbeatSettings
  /// `xmin.fetch.interval.ms`; nil (default, 0) leaves `source.xmin` empty.
  var xminFetchInterval: Duration?
  /// `skip.messages.without.change`: an update that changes no column of the record is left out, where the old row is known.
  var skipsUnchanged: Bool
  /// `table.ignore.builtin`: tables of PostgreSQL itself are not captured, whatever the filters say.
  var ignoresBuiltinTables: Bool
  /// `guardrail.collections.max`; 0 for no bound.
  var maxTables: Int
  /// `guardrail.collections.limit.action=fail`.
  var failsAboveMaxTables: Bool
  /// `replica.identity.autoset.values`.
  var replicaIdentities: ReplicaIdentityRules
  /// `event.processing.failure.handling.mode`.
  var processingFailure: ProcessingFailure
  /// `topic.naming.strategy` and what belongs to it.
  var topics: TopicNaming
  /// All transforms, as they are applied to records.
  var transformChain: RecordTransformChain
  /// `key.converter.replace.null.with.default`: a column's default stands for each NULL in keys; default true.
  var keyReplacesNulls: Bool { keyJSON.replacesNulls }
  /// `value.converter.replace.null.with.default`, as for keys.
  var valueReplacesNulls: Bool { valueJSON.replacesNulls }
  /// How JsonConverter writes keys.
  var keyJSON: JSONConverter.Options
  /// How JsonConverter writes values.
  var valueJSON: JSONConverter.Options
  /// `include.schema.comments`: schemas carry the comments of columns; default false.
  var includesComments: Bool
  /// `column.propagate.source.type`: columns whose schemas tell their types in the database.
  var propagatedColumns: [NamePattern]
  /// `datatype.propagate.source.type`: the same by type, `<schema>.<table>.<type>`.
  var propagatedTypes: [NamePattern]
  /// `schema.name.adjustment.mode`; default none.
  var schemaNameMode: NameAdjustment.Mode
  /// `field.name.adjustment.mode`; default none.
  var fieldNameMode: NameAdjustment.Mode
  /// `provide.transaction.metadata`: records say where in their transaction they stand, and transactions are marked; default false.
  var providesTransactions: Bool
  /// The same ones as they are applied to tables; none if `transformChain.isCompilable` is false.
  var transforms: [Transform]
  /// `signal.*`, `incremental.snapshot.*` and `read.only`.
  var signals: SignalSettings

  /// Checks a connector file.
  ///
  /// - Parameters:
  ///   - file: the file, overrides applied.
  ///   - environment: what `${env:NAME}` refers to.
  /// - Throws: `CaptureError` (configuration): one line that names the key, the value and what was expected; never what a
  ///   reference (`${env:NAME}`) stands for.
  public init(_ file: ConnectorFile, environment: [String: String] = [:]) throws(CaptureError) {
    do { try self.init(checking: file, environment: environment) } catch {
      throw SecretReference.redacted(error, settings: file.settings, environment: environment)
    }
  }

  private init(checking file: ConnectorFile, environment: [String: String]) throws(CaptureError) {
    let settings = try Self.resolve(file, environment: environment)
    let reader = SettingsReader(origin: file.origin, settings: settings)
    name = file.name
    origin = file.origin
    topicPrefix = try reader.required("topic.prefix")
    topics = try TopicNaming(reader)
    topicDelimiter = topics.delimiter
    database = try Self.connection(reader)
    initialStatements = reader.text("database.initial.statements")
    slotName = try reader.required("slot.name")
    guard (1...63).contains(slotName.utf8.count),
      slotName.utf8.allSatisfy({ $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
    else { throw reader.error("slot.name", slotName, "expected up to 63 lower case letters, digits and '_'") }
    slotMaxRetries = Int(clamping: reader.number("slot.max.retries"))
    slotRetryDelay = reader.milliseconds("slot.retry.delay.ms")
    slotFailover = reader.flag("slot.failover")
    trustsSlot = ["trust_slot", "trust_greater_lsn"].contains(reader.text("offset.mismatch.strategy")?.lowercased() ?? "")
    slotPolicy = try reader.choice("sluice.slot.policy", SlotPolicy.self)
    publicationName = try reader.required("publication.name")
    publicationMode = try reader.choice("publication.autocreate.mode", PublicationMode.self)
    publishViaPartitionRoot = reader.flag("publish.via.partition.root")
    snapshotMode = try reader.choice("snapshot.mode", SnapshotMode.self)
    statusInterval = reader.milliseconds("status.update.interval.ms")
    offsetStorage = try Self.offsetStorage(reader)
    offsetFlushInterval = reader.milliseconds("offset.flush.interval.ms")
    tombstonesOnDelete = reader.flag("tombstones.on.delete")
    contextHeaders = reader.flag("extended.headers.enabled")
    skippedOperations = try Self.operations(reader)
    let skipped = skippedOperations
    publishedOperations =
      skipped.isEmpty || reader.settings["skipped.operations"] == nil
      ? nil
      : [(ChangeEvents.Operation.create, "insert"), (.update, "update"), (.delete, "delete"), (.truncate, "truncate")]
        // Signals are inserts.
        .filter { !skipped.contains($0.0) || ($0.0 == .create && reader.text("signal.data.collection") != nil) }.map(\.1)
    encoding = EncodingOptions(
      decimalHandling: try reader.choice("decimal.handling.mode", EncodingOptions.DecimalHandling.self),
      timePrecision: try reader.choice("time.precision.mode", EncodingOptions.TimePrecision.self),
      intervalHandling: try reader.choice("interval.handling.mode", EncodingOptions.IntervalHandling.self),
      binaryHandling: try reader.choice("binary.handling.mode", EncodingOptions.BinaryHandling.self),
      hstoreHandling: try reader.choice("hstore.handling.mode", EncodingOptions.HstoreHandling.self),
      unavailableValuePlaceholder: reader.text("unavailable.value.placeholder") ?? "",
      moneyFractionDigits: Int(clamping: reader.number("money.fraction.digits")),
      includeUnknownDatatypes: reader.flag("include.unknown.datatypes"))
    conversionFailure = try reader.choice("event.converting.failure.handling.mode", ConversionFailure.self)
    keyConverter = try Self.converter(reader, "key.converter")
    valueConverter = try Self.converter(reader, "value.converter")
    headerConverter = try Self.converter(reader, "header.converter")
    let bytes = reader.number("max.queue.size.in.bytes")
    patternWatch = reader.patternWatch
    maxBytesInFlight = bytes == 0 ? 8 << 20 : max(Int(clamping: bytes), 64 << 10)
    let retries = reader.number("errors.max.retries")
    maxRestarts = retries < 0 ? nil : Int(clamping: retries)
    restartWait = max(reader.milliseconds("retriable.restart.connector.wait.ms"), .milliseconds(100))
    bootstrapServers = reader.text("bootstrap.servers")
    producerOverrides = Self.members(of: "producer.override.", in: settings)
    topicCreation = Self.members(of: "topic.creation.default.", in: settings)
    schemaFilter = try reader.filter(include: "schema.include.list", exclude: "schema.exclude.list")
    tableFilter = try reader.filter(include: "table.include.list", exclude: "table.exclude.list")
    columnFilter = try reader.filter(include: "column.include.list", exclude: "column.exclude.list")
    snapshotFilter = try reader.patterns("snapshot.include.collection.list").map { NameFilter(rule: .including($0)) } ?? .everything
    messageFilter = try reader.filter(include: "message.prefix.include.list", exclude: "message.prefix.exclude.list")
    notifications = try NotificationSettings(reader)
    snapshot = try SnapshotSettings(reader)
    keyColumns = try KeyColumns.parse(reader)
    columnMappings = try ColumnMappings(reader)
    metricTags = try MetricTags.parse(reader)
    queueCapacity = Int(clamping: reader.number("max.queue.size"))
    heartbeats = HeartbeatSettings(reader, topics: topics)
    let xminInterval = reader.number("xmin.fetch.interval.ms")
    xminFetchInterval = xminInterval > 0 ? .milliseconds(xminInterval) : nil
    skipsUnchanged = reader.flag("skip.messages.without.change")
    ignoresBuiltinTables = reader.flag("table.ignore.builtin")
    maxTables = Int(clamping: reader.number("guardrail.collections.max"))
    failsAboveMaxTables = reader.text("guardrail.collections.limit.action")?.lowercased() == "fail"
    replicaIdentities = try ReplicaIdentityRules(reader)
    processingFailure = try reader.choice("event.processing.failure.handling.mode", ProcessingFailure.self)
    transformChain = try TransformSettings(reader).parse()
    transforms = transformChain.compiled ?? []
    keyJSON = Self.json(reader, "key.converter")
    valueJSON = Self.json(reader, "value.converter")
    includesComments = reader.flag("include.schema.comments")
    propagatedColumns = try reader.patterns("column.propagate.source.type") ?? []
    propagatedTypes = try reader.patterns("datatype.propagate.source.type") ?? []
    schemaNameMode = try reader.choice("schema.name.adjustment.mode", NameAdjustment.Mode.self)
    fieldNameMode = try reader.choice("field.name.adjustment.mode", NameAdjustment.Mode.self)
    providesTransactions = reader.flag("provide.transaction.metadata")
    signals = try SignalSettings(reader, topicPrefix: topicPrefix)
  }

  /// Whether records say which labels an enumeration has.
  var showsLabels: Bool { keyConverter == .jsonWithSchemas || valueConverter == .jsonWithSchemas }

  /// Whether a start takes a snapshot, or would after a loss.
  var mayTakeSnapshot: Bool {
    switch snapshotMode {
    case .always, .initial, .initialOnly, .whenNeeded: true
    case .noData, .never: slotPolicy == .resnapshot
    case .configurationBased:
      snapshot.configurationBased.takesData || snapshot.configurationBased.onDataError || slotPolicy == .resnapshot
    }
  }

  /// Whether a table is captured.
  func captures(schema: String, table: String) -> Bool {
    // The signal table's rows are sent as any other's, whatever the filters say.
    (schemaFilter.accepts(schema) && tableFilter.accepts("\(schema).\(table)")) || signals.isSignalTable(schema: schema, table: table)
  }
}
