/// Writes Debezium envelopes of one table; what its records share is rendered once.
///
/// Field order: `before, after, source, transaction, op, ts_ms, ts_us, ts_ns`.
public struct EnvelopeWriter: Sendable {
  private let sourceHead: [UInt8]
  private let database: [UInt8]
  private let table: [UInt8]
  private let omitsDefaults: Bool

  /// A writer for a table's records.
  ///
  /// - Parameters:
  ///   - version: the version to claim in `source.version`.
  ///   - name: `topic.prefix`.
  ///   - schema: the table's schema; empty for logical messages.
  ///   - table: the table; empty for logical messages.
  ///   - omitsDefaults: whether `source.snapshot` of what was streamed is null instead of its schema's default, `"false"`
  ///     (`replace.null.with.default=false`); default false.
  public init(version: String, name: String, database: String, schema: String, table: String, omitsDefaults: Bool = false) {
    self.omitsDefaults = omitsDefaults
    var writer = JSONWriter(capacity: 256)
    writer.raw("{\"version\":")
    writer.string(version)
    writer.raw(",\"connector\":\"postgresql\",\"name\":")
    writer.string(name)
    writer.raw(",\"ts_ms\":")
    sourceHead = writer.copyBytes()
    writer.removeAll()
    writer.raw(",\"db\":")
    writer.string(database)
    writer.raw(",\"sequence\":\"[")
    self.database = writer.copyBytes()
    writer.removeAll()
    writer.raw(",\"schema\":")
    writer.string(schema)
    writer.raw(",\"table\":")
    writer.string(table)
    writer.raw(",\"txId\":")
    self.table = writer.copyBytes()
  }

  /// Writes a change of a row, or a truncation.
  ///
  /// - Parameters:
  ///   - nowNs: when the change was processed, nanoseconds since 1970.
  ///   - before: writes the old row; nil writes null.
  ///   - after: writes the new row; nil writes null.
  /// - Throws: what the closures throw.
  public func write(
    to writer: inout JSONWriter, operation: Operation, source: SourceInfo, transaction: TransactionInfo? = nil, nowNs: Int64,
    before: ((inout JSONWriter) throws -> Void)?, after: ((inout JSONWriter) throws -> Void)?
  ) throws {
    writer.raw("{\"before\":")
    if let before { try before(&writer) } else { writer.null() }
    writer.raw(",\"after\":")
    if let after { try after(&writer) } else { writer.null() }
    writer.raw(",\"source\":")
    write(source: source, to: &writer)
    writer.raw(",\"transaction\":")
    Self.write(transaction: transaction, to: &writer)
    writer.raw(",\"op\":\"")
    writer.raw(operation.rawValue)
    writer.raw("\",\"ts_ms\":")
    writer.integer(Self.floorDivide(nowNs, 1_000_000))
    writer.raw(",\"ts_us\":")
    writer.integer(Self.floorDivide(nowNs, 1000))
    writer.raw(",\"ts_ns\":")
    writer.integer(nowNs)
    writer.raw(UInt8(ascii: "}"))
  }

  /// Writes a logical message (`pg_logical_emit_message`): `op, ts_ms, source, transaction, message`.
  ///
  /// - Parameter content: the message's bytes, written as `binary.handling.mode` says.
  public func write(
    messageTo writer: inout JSONWriter, prefix: String, content: UnsafeRawBufferPointer, source: SourceInfo,
    transaction: TransactionInfo? = nil, nowNs: Int64, binaryHandling: EncodingOptions.BinaryHandling = .bytes
  ) {
    writer.raw("{\"op\":\"m\",\"ts_ms\":")
    writer.integer(Self.floorDivide(nowNs, 1_000_000))
    writer.raw(",\"source\":")
    write(source: source, to: &writer)
    writer.raw(",\"transaction\":")
    Self.write(transaction: transaction, to: &writer)
    writer.raw(",\"message\":{\"prefix\":")
    writer.string(prefix)
    writer.raw(",\"content\":")
    writer.binary(content, as: binaryHandling)
    writer.raw("}}")
  }

  /// Writes the key of a logical message: `{"prefix": ...}`.
  public static func write(messageKeyTo writer: inout JSONWriter, prefix: String) {
    writer.raw("{\"prefix\":")
    writer.string(prefix)
    writer.raw(UInt8(ascii: "}"))
  }

  /// Writes the `source` block alone.
  public func write(source: SourceInfo, to writer: inout JSONWriter) {
    writer.raw(sourceHead)
    writer.integer(Self.floorDivide(source.tsUs, 1000))
    if omitsDefaults, source.snapshot == .streaming {
      writer.raw(",\"snapshot\":null")
    } else {
      writer.raw(",\"snapshot\":\"")
      writer.raw(source.snapshot.literal)
      writer.raw(UInt8(ascii: "\""))
    }
    writer.raw(database)
    Self.writeSequence(source.lastCommitLSN, to: &writer)
    writer.raw(UInt8(ascii: ","))
    Self.writeSequence(source.lsn, to: &writer)
    writer.raw("]\",\"ts_us\":")
    writer.integer(source.tsUs)
    writer.raw(",\"ts_ns\":")
    writer.integer(source.tsUs &* 1000)
    writer.raw(table)
    if let txID = source.txID { writer.integer(txID) } else { writer.null() }
    writer.raw(",\"lsn\":")
    if let lsn = source.lsn, source.snapshot != .incremental { writer.integer(Int64(bitPattern: lsn)) } else { writer.null() }
    writer.raw(",\"xmin\":")
    if let xmin = source.xmin { writer.integer(xmin) } else { writer.null() }
    writer.raw(",\"origin\":")
    if let origin = source.origin { writer.string(origin) } else { writer.null() }
    writer.raw(",\"origin_lsn\":")
    if let lsn = source.originLSN { writer.integer(Int64(bitPattern: lsn)) } else { writer.null() }
    writer.raw(UInt8(ascii: "}"))
  }

  /// An element of `sequence`, which is JSON inside of a JSON string.
  private static func writeSequence(_ lsn: UInt64?, to writer: inout JSONWriter) {
    guard let lsn else { return writer.null() }
    writer.raw("\\\"")
    writer.unsigned(lsn)
    writer.raw("\\\"")
  }

  /// Writes the `transaction` block alone, or null.
  public static func write(transaction: TransactionInfo?, to writer: inout JSONWriter) {
    guard let transaction else { return writer.null() }
    writer.raw("{\"id\":")
    writer.string(transaction.id)
    writer.raw(",\"total_order\":")
    writer.integer(transaction.totalOrder)
    writer.raw(",\"data_collection_order\":")
    writer.integer(transaction.dataCollectionOrder)
    writer.raw(UInt8(ascii: "}"))
  }

  /// Rounds towards the past, also before 1970.
  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    let quotient = value / by
    return value % by < 0 ? quotient - 1 : quotient
  }
}
