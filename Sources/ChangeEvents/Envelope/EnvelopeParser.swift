/// Reads envelopes one after the other. What records of one table have in common, their origin and the names of their columns, is kept once and
/// shared by them, as long as not too many tables are mixed.
public struct EnvelopeParser {
  private var origins = RecentObjects<EnvelopeOrigin>()
  // One each: with keys alone in `before` the two differ from each other in every record.
  private var beforeShapes = RecentObjects<RowShape>()
  private var afterShapes = RecentObjects<RowShape>()

  /// A parser that has read nothing.
  public init() {}

  /// Reads a value, bare or wrapped as `{schema, payload}`. A tombstone (no value) is no envelope: ask before.
  ///
  /// Values up to 64 MiB and 64 levels.
  /// - Throws: `EnvelopeError` for anything that is not an envelope, whatever the bytes.
  public mutating func parse(_ value: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
    let reader = try EnvelopeReader(value)
    var outline = EnvelopeOutline()
    let head = try reader.read(&outline)
    let parts = reader.parts
    let origin = origins.find({ $0.equals(parts, outline) }, orMake: { EnvelopeOrigin(parts, outline) })
    let rows = EnvelopeRows(
      before: outline.before.map { Self.shape(of: $0, parts, &beforeShapes) },
      after: outline.after.map { Self.shape(of: $0, parts, &afterShapes) },
      message: outline.message.map { Self.shape(of: $0, parts, &afterShapes) })
    return Envelope(storage: EnvelopeStorage(head, origin: origin, rows: rows, copying: parts, outline))
  }

  private static func shape(of row: Range<Int>, _ parts: EnvelopeParts, _ shapes: inout RecentObjects<RowShape>) -> RowShape {
    let name = { (index: Int) in parts.name(row.lowerBound + index) }
    return shapes.find({ $0.equals(count: row.count, name) }, orMake: { RowShape(TextList(count: row.count, name)) })
  }
}
