/// An envelope's `source` block; its texts are made when they are asked for.
public struct EnvelopeSource: Sendable {
  let storage: EnvelopeStorage
  private var head: EnvelopeHead.Source { storage.head.source }

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
  public var db: String { text(head.databaseNode) ?? "" }
  /// The connector's logical name, `topic.prefix`; empty if absent.
  public var name: String { text(head.nameNode) ?? "" }
  /// The table's schema; empty for logical messages.
  public var schema: String { text(head.schemaNode) ?? "" }
  /// The table; empty for logical messages.
  public var table: String { text(head.tableNode) ?? "" }
  /// The stringified JSON array of last commit's LSN and LSN, nil if null or absent.
  public var sequence: String? { text(head.sequenceNode) }

  /// Whether this is a change of a table, without making strings.
  public func isTable(schema: String, table: String) -> Bool { equals(head.tableNode, table) && equals(head.schemaNode, schema) }

  /// Whether the connector's logical name is this one, without making a string.
  public func isNamed(_ name: String) -> Bool { head.nameNode < 0 ? name.isEmpty : equals(head.nameNode, name) }

  private func text(_ node: Int32) -> String? { node < 0 ? nil : storage.string(Int(node)) }

  private func equals(_ node: Int32, _ text: String) -> Bool {
    guard node >= 0 else { return false }
    var text = text
    return text.withUTF8 { bytes in
      withExtendedLifetime(storage) { storage.view(Int(node)).bytes.equals(UnsafeRawBufferPointer(bytes)) }
    }
  }
}
