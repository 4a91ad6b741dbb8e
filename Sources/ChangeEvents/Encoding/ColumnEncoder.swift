/// Turns a column's PostgreSQL text into Debezium's JSON; everything that depends on the type is decided at `init`.
///
/// The texts must have been printed under `DateStyle=ISO`, `IntervalStyle=postgres`, `bytea_output=hex` and
/// `extra_float_digits>=1`; the time zone is free for all but `tstzrange`, whose text goes out as it is.
public struct ColumnEncoder: Sendable {
  /// What was decided, behind one reference: a row of encoders is cheap to walk.
  private final class Resolved: Sendable {
    let codec: ValueCodec
    let null: [UInt8]
    let unavailable: [UInt8]
    let zero: [UInt8]
    let mapping: ValueMapping?

    init(codec: ValueCodec, mapping: ValueMapping?, null: [UInt8], unavailable: [UInt8], zero: [UInt8]) {
      self.codec = codec
      self.mapping = mapping
      self.null = null
      self.unavailable = unavailable
      self.zero = zero
    }
  }

  private let resolved: Resolved

  /// Resolves how a column is written.
  ///
  /// - Parameters:
  ///   - type: the column's type OID.
  ///   - typmod: its modifier as in `pg_attribute.atttypmod` and in pgoutput's Relation message; -1 for none.
  ///   - isOptional: whether it may be NULL; NOT NULL columns get the type's zero value where the WAL has none.
  ///   - defaultText: the text of the column's constant default value, if it has one: as Debezium's converter does, it
  ///     stands for each null, also for a NULL that was stored.
  ///   - mapping: masks or shortens each value after its conversion; nil (default) leaves it.
  /// - Throws: `ColumnEncodingError` (`unknownType`, `unsupportedType`, or `malformed` for the default).
  public init(
    type: UInt32, typmod: Int32, catalog: TypeCatalog, isOptional: Bool, options: EncodingOptions, defaultText: String? = nil,
    mapping: ColumnMapping? = nil
  ) throws(ColumnEncodingError) {
    let codec: ValueCodec
    do throws(ValueCodec.Unresolved) {
      codec = try ValueCodec(type: type, typmod: typmod, catalog: catalog, options: options)
    } catch {
      switch error {
      case .unknown(let oid): throw ColumnEncodingError(.unknownType, "no type with OID \(oid) is known")
      case .unsupported(let name): throw ColumnEncodingError(.unsupportedType, "type '\(name)' has no mapping")
      }
    }
    var null = Array("null".utf8)
    var zero = isOptional ? null : codec.zero
    if var text = defaultText {
      var writer = JSONWriter(capacity: 64)
      let result: Result<Void, ColumnEncodingError> = text.withUTF8 { bytes in
        do throws(ColumnEncodingError) { return .success(try codec.encode(UnsafeRawBufferPointer(bytes), to: &writer)) } catch {
          return .failure(error)
        }
      }
      try result.get()
      null = writer.copyBytes()
      zero = null
    }
    let unavailable = codec.unavailable(ValueCodec.placeholder(options))
    guard let mapping, let (resolvedType, resolvedModifier) = catalog.resolve(type, typmod: typmod),
      let mapping = ValueMapping(mapping, type: resolvedType, typmod: resolvedModifier, codec: codec)
    else {
      resolved = Resolved(codec: codec, mapping: nil, null: null, unavailable: unavailable, zero: zero)
      return
    }
    resolved = Resolved(
      codec: codec, mapping: mapping, null: Self.mapped(null, mapping), unavailable: Self.mapped(unavailable, mapping),
      zero: Self.mapped(zero, mapping))
  }

  private static func mapped(_ json: [UInt8], _ mapping: ValueMapping) -> [UInt8] {
    var writer = JSONWriter(capacity: json.count)
    writer.raw(json)
    mapping.apply(from: 0, of: &writer)
    return writer.copyBytes()
  }

  /// Whether values are masked or shortened: then PostgreSQL's text must not go out by another way.
  public var isMapped: Bool { resolved.mapping != nil }

  /// Writes what the WAL or a COPY row carries.
  /// - Throws: as `write(text:to:)`.
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
  public func write(text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    let start = writer.count
    do throws(ColumnEncodingError) {
      try resolved.codec.encode(text, to: &writer)
    } catch {
      writer.truncate(to: start)
      throw error
    }
    if let mapping = resolved.mapping { mapping.apply(from: start, of: &writer) }
  }

  /// Writes null, or the column's default.
  public func writeNull(to writer: inout JSONWriter) { writer.raw(resolved.null) }

  /// Writes the placeholder for an unchanged TOASTed value, in the type's shape.
  public func writeUnavailable(to writer: inout JSONWriter) { writer.raw(resolved.unavailable) }

  /// Writes what stands for a column that the replica identity does not carry: null for one that may be NULL, else the
  /// type's zero value; in both cases the default where there is one.
  public func writeZero(to writer: inout JSONWriter) { writer.raw(resolved.zero) }
}
