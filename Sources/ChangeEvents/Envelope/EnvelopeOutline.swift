/// Where an envelope's parts stand among the members that a parser holds: texts and rows by the members' numbers, -1 for no text.
struct EnvelopeOutline {
  /// The texts of `source` that the records of a table share: `name`, `db`, `schema`, `table`.
  var origin: (name: Int, database: Int, schema: Int, table: Int) = (-1, -1, -1, -1)
  var sequence = -1
  /// The rows' fields.
  var before: Range<Int>?
  var after: Range<Int>?
  var message: Range<Int>?

  /// How many of the texts in `origin` there can be.
  static let originCount = 4

  /// The number of a text in `origin`.
  func origin(_ index: Int) -> Int {
    switch index {
    case 0: origin.name
    case 1: origin.database
    case 2: origin.schema
    default: origin.table
    }
  }

  /// The numbers of the members whose values are kept: those of `before`, of `after`, of `message`, and `source.sequence`.
  @inline(__always)
  func forEachValue(_ body: (Int) -> Void) {
    if let before { for index in before { body(index) } }
    if let after { for index in after { body(index) } }
    if let message { for index in message { body(index) } }
    if sequence >= 0 { body(sequence) }
  }
}
