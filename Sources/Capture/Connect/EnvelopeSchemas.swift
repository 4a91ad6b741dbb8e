internal import ChangeEvents

/// Schemas of what is around rows: envelopes, `source`, `transaction`, logical messages, transaction marks.
struct EnvelopeSchemas: Sendable {
  let names: NameAdjustment

  /// The `source` block.
  static let source = ConnectSchema.structure(
    "io.debezium.connector.postgresql.Source", version: 1,
    [
      ("version", .string), ("connector", .string), ("name", .string), ("ts_ms", .int64),
      (
        "snapshot",
        ColumnSchema.enumeration(["true", "first", "first_in_data_collection", "last_in_data_collection", "last", "false", "incremental"])
          .with(isOptional: true, defaultValue: .string("false"))
      ),
      ("db", .string), ("sequence", .optionalString), ("ts_us", .optionalInt64), ("ts_ns", .optionalInt64), ("schema", .string),
      ("table", .string), ("txId", .optionalInt64), ("lsn", .optionalInt64), ("xmin", .optionalInt64), ("origin", .optionalString),
      ("origin_lsn", .optionalInt64),
    ])

  /// The `transaction` block.
  static let transaction = ConnectSchema.structure(
    "event.block", version: 1, isOptional: true, [("id", .string), ("total_order", .int64), ("data_collection_order", .int64)])

  /// An envelope around rows of a schema, with its fields in the order in which they are written.
  func envelope(_ name: String, row: ConnectSchema) -> ConnectSchema {
    .structure(
      names.adjust(name + ".Envelope"), version: 2,
      [
        ("before", row), ("after", row), ("source", Self.source), ("transaction", Self.transaction), ("op", .string),
        ("ts_ms", .optionalInt64), ("ts_us", .optionalInt64), ("ts_ns", .optionalInt64),
      ])
  }

  /// The key of a logical message.
  var messageKey: ConnectSchema {
    .structure(names.adjust("io.debezium.connector.postgresql.MessageKey"), version: 1, [("prefix", .optionalString)])
  }

  /// A logical message.
  func messageValue(_ binary: ConnectSchema) -> ConnectSchema {
    let block = ConnectSchema.structure(
      names.adjust("io.debezium.connector.postgresql.Message"), version: 1,
      [("prefix", .optionalString), ("content", binary.with(isOptional: true))])
    return .structure(
      names.adjust("io.debezium.connector.postgresql.MessageValue"), version: 1,
      [("op", .string), ("ts_ms", .optionalInt64), ("source", Self.source), ("transaction", Self.transaction), ("message", block)])
  }

  /// The key of a heartbeat.
  var heartbeatKey: ConnectSchema {
    .structure(names.adjust("io.debezium.connector.common.ServerNameKey"), version: 1, [("serverName", .string)])
  }

  /// A heartbeat.
  var heartbeatValue: ConnectSchema {
    .structure(names.adjust("io.debezium.connector.common.Heartbeat"), version: 1, [("ts_ms", .int64)])
  }

  /// The key of a transaction's mark.
  var transactionKey: ConnectSchema {
    .structure(names.adjust("io.debezium.connector.common.TransactionMetadataKey"), version: 1, [("id", .string)])
  }

  /// A transaction's mark.
  var transactionValue: ConnectSchema {
    let collection = ConnectSchema.structure(
      "event.collection", version: 1, isOptional: true, [("data_collection", .string), ("event_count", .int64)])
    return .structure(
      names.adjust("io.debezium.connector.common.TransactionMetadataValue"), version: 1,
      [
        ("status", .string), ("id", .string), ("event_count", .optionalInt64),
        ("data_collections", .array(of: collection, isOptional: true)), ("ts_ms", .int64),
      ])
  }

  /// The key of a notification.
  var notificationKey: ConnectSchema {
    .structure(names.adjust("io.debezium.connector.common.NotificationKey"), version: 1, [("id", .string)])
  }

  /// A notification.
  var notificationValue: ConnectSchema {
    .structure(
      names.adjust("io.debezium.connector.common.Notification"), version: 1,
      [
        ("id", .string), ("type", .string), ("aggregate_type", .string), ("additional_data", .map(.string, .string, isOptional: true)),
        ("timestamp", .int64),
      ])
  }
}
