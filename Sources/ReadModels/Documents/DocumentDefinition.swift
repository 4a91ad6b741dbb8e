/// What a document is made of: declared once, read by ``DocumentProjection`` (which writes it) and ``DocumentStore`` (which reads it).
///
/// ```swift
/// DocumentDefinition(
///   name: "product", table: "products", rootTable: "products", rootColumn: "id", keyType: "bigint",
///   touches: [
///     .column("id", of: "products"),
///     .column("product_id", of: "product_prices"),
///     .column("group_id", of: "options", through: [.parent("option_groups", key: "id", then: "product_id")]),
///     .column("id", of: "brands", through: [.children("products", foreignKey: "brand_id", then: "id")]),
///   ],
///   recompute: """
///     SELECT p.id AS key, jsonb_build_object('id', p.id, 'name', p.name) AS body
///     FROM shop.products p WHERE p.id = ANY($1)
///     """)
/// ```
public struct DocumentDefinition: Sendable, Hashable {
  /// The projection's name in metrics, logs and dead letters (`document.<name>`), unique in a database.
  public var name: String

  /// The schema of the document table; default `public`.
  public var schema: String

  /// The document table's name, without schema.
  public var table: String

  /// The mirror table whose rows are the documents' roots: a document exists while its root row does.
  public var rootTable: String

  /// The root's column that is the document's key.
  public var rootColumn: String

  /// The SQL type of the key: `bigint`, `text`, `uuid`.
  public var keyType: String

  /// Which row changes touch which documents. Must cover every table that `recompute` reads, or a change there stays unseen.
  public var touches: [TouchRule]

  /// One SQL statement that computes documents anew: takes the keys as `$1` (an array of `keyType`), returns `key` and `body` (jsonb) for
  /// each key whose root exists. It should read the mirrors' views, which show neither tombstones nor technical columns.
  public var recompute: String

  /// Computes parts of a document; nil where a document is always computed as a whole. It has to say the same as ``recompute``.
  public var partial: PartialRecompute?

  /// JSON fields that lists filter by with a range or an order, as paths (`["price", "amount"]`); each gets an index on its numeric value.
  /// Filters on equality and containment need none: they are served by ``containment``.
  public var numericIndexes: [[String]]

  /// JSON fields that SQL looks documents up by, as paths; each gets a hash index on its text, `body #>> '{status}'`.
  public var textIndexes: [[String]]

  /// Which fields have the GIN index that serves filters on equality and containment; default the whole body.
  public var containment: DocumentContainment

  /// The full-text search over documents; nil for none.
  public var search: DocumentSearch?

  /// Declares a document.
  public init(
    name: String, schema: String = "public", table: String, rootTable: String, rootColumn: String = "id", keyType: String = "bigint",
    touches: [TouchRule], recompute: String, partial: PartialRecompute? = nil, numericIndexes: [[String]] = [],
    textIndexes: [[String]] = [],
    containment: DocumentContainment = .body, search: DocumentSearch? = nil
  ) {
    self.name = name
    self.schema = schema
    self.table = table
    self.rootTable = rootTable
    self.rootColumn = rootColumn
    self.keyType = keyType
    self.touches = touches
    self.recompute = recompute
    self.partial = partial
    self.numericIndexes = numericIndexes
    self.textIndexes = textIndexes
    self.containment = containment
    self.search = search
  }

  /// Where the documents are stored.
  public var location: DocumentTable {
    DocumentTable(
      schema: schema, table: table, keyType: keyType, numericIndexes: numericIndexes, textIndexes: textIndexes,
      containment: containment, search: search)
  }

  /// Tells declarations that make different documents apart, in 16 hexadecimal digits. Names and indexes do not count.
  public var fingerprint: String {
    var hash = StableHash()
    for part in [rootTable, rootColumn, keyType, recompute] {
      hash.combine(part.utf8)
      hash.combine([0])
    }
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
