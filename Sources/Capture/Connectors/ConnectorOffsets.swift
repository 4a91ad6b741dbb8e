internal import Postgres

/// Offsets in the form of Debezium's PostgreSQL connector, which tools for Kafka Connect read and write:
/// `{"offsets":[{"partition":{"server":"<topic.prefix>"},"offset":{"lsn":…,"lsn_proc":…,"lsn_commit":…}}]}`.
///
/// All three LSNs are the end of the last transaction whose records were all acknowledged. Of an offset of Debezium's that stands inside
/// a transaction the last commit counts: that transaction is sent again as a whole.
enum ConnectorOffsets {
  /// What a request wants.
  enum Change: Sendable, Hashable {
    /// `"offset": null`: as if the connector had never run.
    case reset
    case set(LSN, snapshot: StoredOffset.Snapshot)
  }

  /// Fields of Debezium's that say nothing here: the next record has its own.
  private static let ignored: Set<String> = [
    "txId", "ts_usec", "messageType", "xmin", "transaction_id", "last_snapshot_record", "lsn_events_processed",
  ]
  private static let ignoredPrefixes = ["incremental_snapshot_", "transaction_data_collection_order_"]

  static func document(_ offset: StoredOffset?, server: String) -> JSONDocument {
    guard let offset else { return .object([.init(name: "offsets", value: .array([]))]) }
    var fields: [JSONDocument.Member] = []
    if let end = (offset.position?.endLSN ?? offset.snapshotLSN).map({ JSONDocument.number(String($0.rawValue)) }) {
      fields = [.init(name: "lsn", value: end), .init(name: "lsn_proc", value: end), .init(name: "lsn_commit", value: end)]
      if offset.index > 0 { fields.append(.init(name: "lsn_events_processed", value: .number(String(offset.index)))) }
    }
    if offset.snapshot == .running {
      fields += [
        .init(name: "snapshot", value: .string("INITIAL")), .init(name: "last_snapshot_record", value: .bool(false)),
        .init(name: "snapshot_completed", value: .bool(false)),
      ]
    } else if fields.isEmpty {
      fields.append(.init(name: "snapshot_completed", value: .bool(offset.snapshot == .completed)))
    }
    return .object([
      .init(
        name: "offsets",
        value: .array([
          .object([
            .init(name: "partition", value: .object([.init(name: "server", value: .string(server))])),
            .init(name: "offset", value: .object(fields)),
          ])
        ]))
    ])
  }

  /// Reads the body of `PATCH /connectors/{name}/offsets`.
  ///
  /// - Throws: `ConnectorRequestError` that says what was expected.
  static func change(_ body: JSONDocument, server: String) throws(ConnectorRequestError) -> Change {
    guard case .array(let entries) = body["offsets"] ?? .null, let entry = entries.first else {
      throw invalid("Partitions / offsets need to be provided for an alter offsets request")
    }
    guard entries.count == 1 else { throw invalid("a slot has one position: expected one partition, found \(entries.count)") }
    guard case .object(let partition) = entry["partition"] ?? .null, partition.count == 1, entry["partition"]?["server"]?.string == server
    else { throw invalid("the partition is unknown: expected {\"server\":\(JSONDocument.quoted(server))}") }
    guard let offset = entry["offset"], case .object(let fields) = offset else {
      guard entry["offset"] == .null else { throw invalid("\"offset\" is missing: expected an object, or null to reset it") }
      return .reset
    }
    return try change(fields, in: offset)
  }

  private static func change(_ fields: [JSONDocument.Member], in offset: JSONDocument) throws(ConnectorRequestError) -> Change {
    var positions: [String: UInt64] = [:]
    for field in fields {
      switch field.name {
      case "lsn", "lsn_proc", "lsn_commit":
        // Debezium writes null for what it does not know.
        if field.value == .null { continue }
        guard let value = field.value.integer, value > 0 else {
          throw invalid("\"\(field.name)\" is \(field.value.text.prefix(40)): expected an LSN as a number above 0")
        }
        positions[field.name] = UInt64(value)
      case "snapshot", "snapshot_completed": continue
      case let name where ignored.contains(name) || ignoredPrefixes.contains { name.hasPrefix($0) }: continue
      default: throw invalid("the field \(JSONDocument.quoted(String(field.name.prefix(80)))) is not one of Debezium's offsets")
      }
    }
    guard let end = positions["lsn_commit"] ?? positions["lsn_proc"] ?? positions["lsn"] else {
      throw invalid("expected an offset with lsn, or lsn_commit")
    }
    if let lsn = positions["lsn"], lsn < end { throw invalid("lsn_commit (\(end)) is beyond lsn (\(lsn))") }
    let isRunning = offset["snapshot"].map { $0 != .null && $0.bool != false } ?? false && offset["snapshot_completed"]?.bool != true
    return .set(LSN(rawValue: end), snapshot: isRunning && offset["last_snapshot_record"]?.bool != true ? .running : .completed)
  }

  /// Whether the slot can go on from a position.
  static func check(_ end: LSN, against source: SourcePosition, slot: String, trustsSlot: Bool) throws(ConnectorRequestError) {
    guard end <= source.walEnd else {
      throw invalid(
        "the position \(end) (\(end.rawValue)) is beyond the end of the server's WAL, \(source.walEnd) (\(source.walEnd.rawValue))")
    }
    guard let confirmed = source.confirmed else {
      throw invalid("the slot \"\(slot)\" does not exist: reset the offsets, and the next start makes it")
    }
    guard end >= confirmed || trustsSlot else {
      throw invalid(
        "the slot \"\(slot)\" stands at \(confirmed) (\(confirmed.rawValue)), beyond the position \(end) (\(end.rawValue)): the server does not send again what was "
          + "confirmed; reset the offsets for a new snapshot")
    }
  }

  private static func invalid(_ message: String) -> ConnectorRequestError { ConnectorRequestError(.invalid, message) }
}
