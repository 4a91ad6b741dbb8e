/// An envelope's `source` block.
public struct EnvelopeSource: Sendable {
  let storage: EnvelopeStorage
  private var head: EnvelopeHead.Source { storage.head.source }
  private var origin: EnvelopeOrigin { storage.origin }

  /// The change's LSN, nil if null or absent.
  public var lsn: Int64? { head.lsn }
  /// The transaction's id, nil if null or absent.
  public var txID: Int64? { head.txID }
  /// Commit time, milliseconds since 1970.
  public var tsMs: Int64 { head.tsMs ?? 0 }
  /// Commit time, microseconds since 1970; made from `ts_ms` where the connector gave no `ts_us`.
  public var tsUs: Int64 { head.tsUs ?? tsMs.multipliedClamped(by: 1000) }
  /// The place in a snapshot.
  public var snapshot: SnapshotMarker { head.snapshot }

  /// The database's name; empty if absent.
  public var db: String { origin.database }
  /// The connector's logical name, `topic.prefix`; empty if absent.
  public var name: String { origin.name }
  /// The table's schema; empty for logical messages.
  public var schema: String { origin.schema }
  /// The table; empty for logical messages.
  public var table: String { origin.table }
  /// The stringified JSON array of last commit's LSN and LSN, nil if null or absent.
  public var sequence: String? { withSequence { String(decoding: $0, as: UTF8.self) } }

  /// Lends the bytes of ``sequence`` instead of making a string; nil where it is null or absent.
  public func withSequence<Result>(_ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
    let index = storage.rowsEnd
    return index < storage.valueCount ? storage.withView(index) { body($0.bytes) } : nil
  }

  /// Whether this is a change of a table.
  public func isTable(schema: String, table: String) -> Bool {
    let origin = origin
    return origin.table.hasSameBytes(as: table) && origin.schema.hasSameBytes(as: schema)
  }

  /// Whether the connector's logical name is this one.
  public func isNamed(_ name: String) -> Bool { origin.name.hasSameBytes(as: name) }
}
