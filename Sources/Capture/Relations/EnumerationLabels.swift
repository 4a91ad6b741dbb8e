internal import ChangeEvents

/// The labels of a relation's enumerations, where records carry schemas: those list them.
///
/// PostgreSQL says nothing in the stream when `ALTER TYPE … ADD VALUE` makes one more, so that a value tells it (dbz#304).
struct EnumerationLabels {
  private var labels: [Int: Set<[UInt8]>] = [:]
  /// Labels that the catalogue does not have (any more): looked for once.
  private var tolerated: Set<[UInt8]> = []

  var isEmpty: Bool { labels.isEmpty }

  init(_ relation: RelationDescription, catalog: TypeCatalog) {
    for (i, column) in relation.columns.enumerated() {
      guard let (type, _) = catalog.resolve(column.typeOID, typmod: column.typeModifier), type.kind == .enum else { continue }
      labels[i] = Set(type.labels.map { Array($0.utf8) })
    }
  }

  /// Whether a row has a label that is not known yet. It is answered once for each label.
  mutating func meetsNew(_ row: RowImage) throws -> Bool {
    var isNew = false
    for (column, known) in labels {
      guard let text = try row.text(column) else { continue }
      let label = Array(text)
      if !known.contains(label), tolerated.insert(label).inserted { isNew = true }
    }
    return isNew
  }

  /// What an earlier plan of the relation has tolerated is not looked for again.
  mutating func inherit(_ other: EnumerationLabels) { tolerated.formUnion(other.tolerated) }
}
