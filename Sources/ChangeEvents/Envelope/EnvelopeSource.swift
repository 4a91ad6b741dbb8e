/// An envelope's `source` block; its texts are made when asked for.
public struct EnvelopeSource: Sendable {
  let storage: EnvelopeStorage

  /// The database's name.
  public var db: String { fatalError() }
  /// The connector's logical name: `topic.prefix`.
  public var name: String { fatalError() }
  /// The table's schema.
  public var schema: String { fatalError() }
  /// The table.
  public var table: String { fatalError() }
  /// The change's LSN, nil if null or absent.
  public let lsn: Int64?
  /// The transaction's id, nil if null or absent.
  public let txID: Int64?
  /// Commit time, milliseconds since 1970.
  public let tsMs: Int64
  /// Commit time, microseconds since 1970; from `ts_ms` where the connector gave no `ts_us`.
  public let tsUs: Int64
  /// The place in a snapshot.
  public let snapshot: SnapshotMarker
  /// The stringified JSON array of last commit LSN and LSN, nil if null or absent.
  public var sequence: String? { fatalError() }

  /// Whether this is a change of a table, without making strings.
  public func isTable(schema: String, table: String) -> Bool { fatalError() }
}
