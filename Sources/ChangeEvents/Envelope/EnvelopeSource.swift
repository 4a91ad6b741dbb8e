/// An envelope's `source` block; its texts are made when they are asked for.
public struct EnvelopeSource: Sendable {
  let storage: EnvelopeStorage
  let nameNode: Int32
  let databaseNode: Int32
  let schemaNode: Int32
  let tableNode: Int32
  let sequenceNode: Int32

  /// The change's LSN, nil if null or absent.
  public let lsn: Int64?
  /// The transaction's id, nil if null or absent.
  public let txID: Int64?
  /// Commit time, milliseconds since 1970.
  public let tsMs: Int64
  /// Commit time, microseconds since 1970; made from `ts_ms` where the connector gave no `ts_us`.
  public let tsUs: Int64
  /// The place in a snapshot.
  public let snapshot: SnapshotMarker

  /// The database's name; empty if absent.
  public var db: String { text(databaseNode) ?? "" }
  /// The connector's logical name, `topic.prefix`; empty if absent.
  public var name: String { text(nameNode) ?? "" }
  /// The table's schema; empty for logical messages.
  public var schema: String { text(schemaNode) ?? "" }
  /// The table; empty for logical messages.
  public var table: String { text(tableNode) ?? "" }
  /// The stringified JSON array of last commit's LSN and LSN, nil if null or absent.
  public var sequence: String? { text(sequenceNode) }

  /// Whether this is a change of a table, without making strings.
  public func isTable(schema: String, table: String) -> Bool { equals(tableNode, table) && equals(schemaNode, schema) }

  /// Whether the connector's logical name is this one, without making a string.
  public func isNamed(_ name: String) -> Bool { nameNode < 0 ? name.isEmpty : equals(nameNode, name) }

  private func text(_ node: Int32) -> String? { node < 0 ? nil : storage.string(Int(node)) }

  private func equals(_ node: Int32, _ text: String) -> Bool {
    guard node >= 0 else { return false }
    var text = text
    return text.withUTF8 { bytes in
      withExtendedLifetime(storage) { storage.view(Int(node)).bytes.equals(UnsafeRawBufferPointer(bytes)) }
    }
  }
}
