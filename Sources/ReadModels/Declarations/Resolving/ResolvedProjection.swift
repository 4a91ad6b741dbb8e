/// A declaration whose tables and columns are found.
struct ResolvedProjection: Sendable, Hashable {
  var declaration: ProjectionDeclaration
  var root: MirrorDefinition
  /// The columns of the document's key: the root's primary key.
  var key: [MirrorColumn]
  var conditions: [ResolvedCondition]
  var fields: [ResolvedField]
  /// What PostgreSQL has to check, by number.
  var expressions: [RowExpression]
}

/// An SQL expression over the columns of one row.
struct RowExpression: Sendable, Hashable {
  var table: MirrorDefinition
  var text: Located
  /// Whether it has to be true or false.
  var isCondition: Bool
}

struct ResolvedField: Sendable, Hashable {
  var name: String
  var value: ResolvedValue
  var place: DeclarationPlace
}

indirect enum ResolvedValue: Sendable, Hashable {
  case column(MirrorColumn, format: ValueFormat?)
  /// By its number.
  case expression(Int, format: ValueFormat?)
  case constant(String)
  case object([ResolvedField])
  case embed(ResolvedEmbed)
}

/// What rows of a table have to fulfil.
enum ResolvedCondition: Sendable, Hashable {
  case expression(Int)
  case notMarked(MirrorColumn)
}

struct ResolvedEmbed: Sendable, Hashable {
  enum Content: Sendable, Hashable {
    /// The object or the value of each row.
    case row(ResolvedValue)
    case numbers([ResolvedNumber])
    case number(ResolvedNumber)
  }

  var kind: DeclaredEmbed.Kind
  var steps: [ResolvedStep]
  var order: [ResolvedOrder]
  var limit: Int?
  var content: Content
  var place: DeclarationPlace

  /// Whether there can only be one row, because each table is found by its whole key.
  var isSingle: Bool { steps.allSatisfy(\.isByKey) }
}

/// A table and how its rows are found from those of the table before.
struct ResolvedStep: Sendable, Hashable {
  struct Join: Sendable, Hashable {
    var column: MirrorColumn
    var before: MirrorColumn
  }

  var table: MirrorDefinition
  /// Not empty; documents are found by the last one.
  var joins: [Join]
  var conditions: [ResolvedCondition]

  var isByKey: Bool { Set(table.key.map { table.columns[$0].name }).isSubset(of: joins.map(\.column.name)) }
}

struct ResolvedOrder: Sendable, Hashable {
  var column: MirrorColumn
  var isDescending: Bool
  var nullsFirst: Bool?
}

/// A number about rows.
struct ResolvedNumber: Sendable, Hashable {
  var name: String
  var function: DeclaredAggregate.Function
  var operand: ResolvedValue?
  /// The number of an expression.
  var condition: Int?
  var round: Int?
  var empty: String?
  var place: DeclarationPlace
}
