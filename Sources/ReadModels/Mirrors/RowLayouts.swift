internal import ChangeEvents

/// The layouts of a batch's rows.
struct RowLayouts {
  /// How many are kept; rows of one table mostly have one shape, or two with keys alone in `before`.
  private static let limit = 4

  private var layouts: [RowLayout] = []

  /// The layout of rows like `row`.
  mutating func layout(of row: ChangeEvents.Row, _ table: MirrorTable) -> RowLayout {
    let shape = row.shape
    if let known = layouts.first(where: { $0.shape === shape }) { return known }
    if layouts.count == Self.limit { layouts.removeFirst() }
    let layout = RowLayout(shape, of: table.definition)
    layouts.append(layout)
    return layout
  }
}
