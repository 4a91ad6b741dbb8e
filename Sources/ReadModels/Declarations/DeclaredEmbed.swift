/// Rows of other tables inside a row's object.
struct DeclaredEmbed: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable, CaseIterable {
    /// One row's object, or null.
    case one
    /// An array.
    case many
    /// Numbers about the rows.
    case aggregates
  }

  /// What is shown of the rows.
  enum Content: Sendable, Hashable {
    case fields(DeclaredFields)
    case value(DeclaredValue)
    case aggregates([DeclaredAggregateField])
    case aggregate(DeclaredAggregate)
  }

  var kind: Kind
  var place: DeclarationPlace
  /// The tables on the way, the embedded one last.
  var steps: [DeclaredStep]
  var order: [DeclaredOrder] = []
  var limit: Int?
  var content: Content
}

/// One table on the way from a row to the rows embedded in it.
struct DeclaredStep: Sendable, Hashable {
  /// How its rows are found from the row before.
  enum Link: Sendable, Hashable {
    /// Its column holds the key of the row before: `on: product_id`.
    case carries(Located)
    /// The row before holds its key: `by: brand_id`.
    case referenced(by: Located)
    /// Its columns equal columns of the row before: `on: {tenant: tenant, product_id: id}`.
    case equal([Pair])

    struct Pair: Sendable, Hashable {
      var column: Located
      var before: Located
    }
  }

  var table: Located
  var link: Link
  var rows: DeclaredRows
}

/// One column of an order.
struct DeclaredOrder: Sendable, Hashable {
  var column: Located
  var isDescending = false
  /// nil for PostgreSQL's way: NULLs are greater than everything.
  var nullsFirst: Bool?
}

/// One number about the rows of a table.
struct DeclaredAggregate: Sendable, Hashable {
  enum Function: String, Sendable, Hashable, CaseIterable {
    case count
    case countDistinct = "count_distinct"
    case sum, average, min, max
  }

  var function: Function
  /// What is counted or added; nil counts rows.
  var operand: DeclaredValue?
  var condition: Located?
  /// Digits after the point; nil leaves the number as it is.
  var round: Int?
  /// JSON text for where there are no rows; nil for null (0 for counts).
  var empty: String?
  var place: DeclarationPlace
}

/// A number about rows, and the field that shows it.
struct DeclaredAggregateField: Sendable, Hashable {
  var name: Located
  var aggregate: DeclaredAggregate
}
