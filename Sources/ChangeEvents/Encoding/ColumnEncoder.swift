/// Turns a column's PostgreSQL text into Debezium's JSON; everything that depends on the type is decided at `init`.
public struct ColumnEncoder: Sendable {
  let codec: ValueCodec
  let isOptional: Bool
  let unavailable: [UInt8]
  let zero: [UInt8]

  /// Resolves how a column is written.
  ///
  /// - Parameters:
  ///   - type: the column's type OID.
  ///   - typmod: its modifier as in `pg_attribute.atttypmod` and in pgoutput's Relation message; -1 for none.
  ///   - isOptional: whether it may be NULL; NOT NULL columns get the type's zero value where the WAL has none.
  ///   - defaultText: the text of the column's constant default value, if it has one: as Debezium's converter does, it
  ///     stands for each null, also for a NULL that was stored.
  /// - Throws: `ColumnEncodingError` (`unknownType`, `unsupportedType`, or `malformed` for the default).
  public init(
    type: UInt32, typmod: Int32, catalog: TypeCatalog, isOptional: Bool, options: EncodingOptions, defaultText: String? = nil
  ) throws(ColumnEncodingError) {
    fatalError()
  }

  /// Writes what the WAL or a COPY row carries.
  public func write(_ image: ColumnImage, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    switch image {
    case .null: writeNull(to: &writer)
    case .text(let text): try write(text: text, to: &writer)
    case .unavailable: writeUnavailable(to: &writer)
    case .absent: writeZero(to: &writer)
    }
  }

  /// Writes a value from the text that PostgreSQL's output function gave.
  /// - Throws: `malformed` or `notRepresentable`; then nothing was written.
  public func write(text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) { fatalError() }

  /// Writes null (or the column's default).
  public func writeNull(to writer: inout JSONWriter) { writer.null() }

  /// Writes the placeholder for an unchanged TOASTed value, in the type's shape.
  public func writeUnavailable(to writer: inout JSONWriter) { writer.raw(unavailable) }

  /// Writes what stands for a column that the replica identity does not carry: null, or the zero value (the default) of a NOT NULL one.
  public func writeZero(to writer: inout JSONWriter) { writer.raw(zero) }
}
