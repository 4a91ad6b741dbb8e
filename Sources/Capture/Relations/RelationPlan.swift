internal import ChangeEvents

/// Everything about a table's records that does not depend on a row, resolved once per Relation message.
final class RelationPlan {
  let relation: RelationDescription
  let qualifiedName: String
  /// False if the filters leave the table out.
  let isCaptured: Bool
  let envelope: EnvelopeWriter
  /// The row's columns.
  let row: RowEncoder
  /// The key before transforms; nil for a table without one.
  let key: RowEncoder?
  /// The schemas of records before transforms.
  let schemas: RecordSchemas
  /// Which columns the replica identity carries.
  let identity: [Bool]
  /// Nothing where no record says them.
  var labels: EnumerationLabels?
  private let plans: [RecordPlan]

  init(
    relation: RelationDescription, isCaptured: Bool, envelope: EnvelopeWriter, row: RowEncoder, key: RowEncoder?, schemas: RecordSchemas,
    plans: [RecordPlan]
  ) {
    self.relation = relation
    self.qualifiedName = "\(relation.schema).\(relation.name)"
    self.isCaptured = isCaptured
    self.envelope = envelope
    self.row = row
    self.key = key
    self.schemas = schemas
    self.identity = relation.columns.map(\.isIdentity)
    self.plans = plans
  }

  /// The key's columns, in the key's order.
  var keyColumns: [String] {
    key?.fields.compactMap { relation.columns.indices.contains($0.column) ? relation.columns[$0.column].name : nil } ?? []
  }

  func plan(_ kind: RecordKind) -> RecordPlan { kind.rawValue < plans.count ? plans[kind.rawValue] : .drop }
}
