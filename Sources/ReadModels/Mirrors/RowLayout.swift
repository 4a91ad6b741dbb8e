internal import ChangeEvents

/// Where a mirror's columns stand in the rows of one shape: found once, not with every row.
final class RowLayout: Sendable {
  let shape: RowShape
  /// The field of each column, nil for one that the rows do not have.
  let fields: [Int?]
  /// Whether there is a field for each column.
  let isWhole: Bool
  /// A field that the mirror has no column for, although it leaves none out.
  let unknownField: String?

  init(_ shape: RowShape, of definition: MirrorDefinition) {
    self.shape = shape
    fields = definition.columns.enumerated().map { shape.index(of: $1.name, hint: $0) }
    isWhole = fields.allSatisfy { $0 != nil }
    let names = Set(definition.columns.map(\.name))
    unknownField = shape.names.first { !names.contains($0) && !definition.omittedColumns.contains($0) }
  }
}
