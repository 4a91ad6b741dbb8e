/// Writes rows of one table as JSON objects, with the names escaped once.
public struct RowEncoder: Sendable {
  /// A field: which column, under which name, written how.
  public struct Field: Sendable {
    /// The name in JSON.
    public var name: String
    /// The column's number in the table, from 0; it is what `image` is asked for.
    public var column: Int
    /// The column's encoder.
    public var encoder: ColumnEncoder

    /// Describes a field.
    public init(name: String, column: Int, encoder: ColumnEncoder) {
      self.name = name
      self.column = column
      self.encoder = encoder
    }
  }

  /// The fields in the order in which they are written.
  public let fields: [Field]
  /// `{"a":`, `,"b":`, ... of all fields, and where each ends.
  private let heads: [UInt8]
  private let ends: [Int]

  /// An encoder of rows (all columns) or of keys (the key's columns).
  public init(fields: [Field]) {
    self.fields = fields
    var writer = JSONWriter(capacity: 256)
    ends = fields.indices.map { index in
      writer.raw(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      writer.string(fields[index].name)
      writer.raw(UInt8(ascii: ":"))
      return writer.count
    }
    heads = writer.copyBytes()
  }

  /// Writes one row.
  ///
  /// - Parameter image: gives a column's image by its number in the table.
  /// - Throws: `RowEncodingError` naming the field; what was written before stays in the writer, truncate it.
  public func write(to writer: inout JSONWriter, image: (Int) throws -> ColumnImage) throws {
    if fields.isEmpty { writer.raw(UInt8(ascii: "{")) }
    try heads.withUnsafeBytes { heads in
      var start = 0
      for index in fields.indices {
        writer.raw(UnsafeRawBufferPointer(rebasing: heads[start..<ends[index]]))
        start = ends[index]
        let value = try image(fields[index].column)
        do throws(ColumnEncodingError) {
          try fields[index].encoder.write(value, to: &writer)
        } catch {
          throw RowEncodingError(field: fields[index].name, cause: error)
        }
      }
    }
    writer.raw(UInt8(ascii: "}"))
  }
}
