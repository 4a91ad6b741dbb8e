extension ProjectionResolver {
  mutating func fields(_ declared: DeclaredFields, _ row: RowPath) -> [ResolvedField] {
    var result: [ResolvedField] = []
    for field in declared.fields {
      if let value = self.value(field.value, row) {
        result.append(ResolvedField(name: field.name.text, value: value, place: field.name.place))
      }
    }
    guard let everything = declared.everything else { return result }
    let except = Set(everything.except.compactMap { column($0, of: row.table)?.name })
    for column in row.table.columns where !except.contains(column.name) {
      if declared.fields.contains(where: { $0.name.text == column.name }) {
        problems.append(
          everything.place.problem(
            "the field \(column.name) would be there twice, as a column of \(row.table.sourceName) and as declared; add the column to except"
          ))
      } else {
        result.append(ResolvedField(name: column.name, value: .column(column, format: nil), place: everything.place))
      }
    }
    return result
  }

  mutating func value(_ declared: DeclaredValue, _ row: RowPath) -> ResolvedValue? {
    switch declared {
    case .column(let name, let format): column(name, of: row.table).map { .column($0, format: format) }
    case .expression(let text, let format): .expression(add(text, over: row.table), format: format)
    case .constant(let json): .constant(json)
    case .object(let declared): .object(fields(declared, row))
    case .embed(let declared): embed(declared, row).map { .embed($0) }
    }
  }

  private mutating func embed(_ declared: DeclaredEmbed, _ row: RowPath) -> ResolvedEmbed? {
    var path = row
    var steps: [ResolvedStep] = []
    for step in declared.steps {
      guard let resolved = self.step(step, from: path) else { return nil }
      steps.append(resolved)
      path = path.appending(resolved)
    }
    let order = declared.order.compactMap { order -> ResolvedOrder? in
      guard let column = self.column(order.column, of: path.table) else { return nil }
      if ValueType(column.mirrorType) == .json || !ValueType(column.mirrorType).isLookedUp && ValueType(column.mirrorType) != .float {
        problems.append(order.column.problem("values of type \(column.sourceType) have no order"))
      }
      return ResolvedOrder(column: column, isDescending: order.isDescending, nullsFirst: order.nullsFirst)
    }
    let content: ResolvedEmbed.Content?
    switch declared.content {
    case .fields(let declared): content = .row(.object(fields(declared, path)))
    case .value(let declared): content = value(declared, path).map { .row($0) }
    case .aggregates(let fields):
      content = .numbers(fields.compactMap { number($0.aggregate, named: $0.name.text, path) })
    case .aggregate(let aggregate): content = number(aggregate, named: "", path).map { .number($0) }
    }
    guard let content else { return nil }
    let embed = ResolvedEmbed(
      kind: declared.kind, steps: steps, order: order, limit: declared.limit, content: content, place: declared.place)
    if declared.kind == .one, !embed.isSingle, order.isEmpty {
      problems.append(
        declared.place.problem(
          "several rows of \(path.table.sourceName) can be meant; expected order, which says whose is the first, or many in place of one"))
    }
    return embed
  }

  private mutating func number(_ declared: DeclaredAggregate, named name: String, _ row: RowPath) -> ResolvedNumber? {
    var operand: ResolvedValue?
    if let value = declared.operand {
      guard let resolved = self.value(value, row) else { return nil }
      operand = resolved
    }
    return ResolvedNumber(
      name: name, function: declared.function, operand: operand,
      condition: declared.condition.map { add($0, over: row.table, isCondition: true) }, round: declared.round, empty: declared.empty,
      place: declared.place)
  }

  // MARK: How rows are found

  private mutating func step(_ declared: DeclaredStep, from row: RowPath) -> ResolvedStep? {
    guard let table = self.table(declared.table), let joins = self.joins(declared, table, row) else { return nil }
    let before = problems.count
    for join in joins.pairs where !Self.areComparable(join.column, join.before) {
      problems.append(
        joins.place.problem(
          "column \(join.column.name) of \(table.sourceName) is of type \(join.column.sourceType), column \(join.before.name) of "
            + "\(row.table.sourceName) of type \(join.before.sourceType); expected the same type"))
    }
    for join in joins.pairs {
      for (column, owner) in [(join.column, table), (join.before, row.table)] where !ValueType(column.mirrorType).isLookedUp {
        let problem = joins.place.problem(
          "rows cannot be found by column \(column.name) of \(owner.sourceName): values of type \(column.sourceType) have no index")
        if !problems.contains(problem) { problems.append(problem) }
      }
    }
    guard problems.count == before else { return nil }
    let step = ResolvedStep(table: table, joins: joins.pairs, conditions: conditions(declared.rows, table))
    if isWayBack(step, from: row) {
      problems.append(
        declared.table.problem("this leads back to the row of \(table.sourceName) that it is embedded in; expected another table or column")
      )
      return nil
    }
    return step
  }

  private typealias Joins = (pairs: [ResolvedStep.Join], place: DeclarationPlace)

  private mutating func joins(_ declared: DeclaredStep, _ table: MirrorDefinition, _ row: RowPath) -> Joins? {
    func singleKey(of table: MirrorDefinition, for name: Located, _ example: (String, String) -> String) -> MirrorColumn? {
      let key = table.key.map { table.columns[$0] }
      if key.count == 1 { return key[0] }
      let pairs = key.map { example(name.text, $0.name) }.joined(separator: ", ")
      problems.append(
        name.problem(
          "the key of \(table.sourceName) has \(key.count) columns (\(key.map(\.name).joined(separator: ", "))); expected on with a pair for "
            + "each, as {\(pairs)}"))
      return nil
    }
    switch declared.link {
    case .carries(let name):
      guard let column = self.column(name, of: table), let key = singleKey(of: row.table, for: name, { "\($0): \($1)" }) else { return nil }
      return ([.init(column: column, before: key)], name.place)
    case .referenced(let name):
      guard let before = self.column(name, of: row.table), let key = singleKey(of: table, for: name, { "\($1): \($0)" }) else { return nil }
      return ([.init(column: key, before: before)], name.place)
    case .equal(let pairs):
      let resolved = pairs.compactMap { pair -> ResolvedStep.Join? in
        guard let column = self.column(pair.column, of: table), let before = self.column(pair.before, of: row.table) else { return nil }
        return .init(column: column, before: before)
      }
      guard resolved.count == pairs.count, let first = pairs.first else { return nil }
      return (resolved, first.column.place)
    }
  }

  /// Columns whose texts are equal where their values are: a document is found by the one with the other's text.
  private static func areComparable(_ left: MirrorColumn, _ right: MirrorColumn) -> Bool {
    let types = (ValueType(left.mirrorType), ValueType(right.mirrorType))
    return types.0 == types.1 && ([.integer, .text, .uuid, .paddedText].contains(types.0) || left.mirrorType == right.mirrorType)
  }

  /// Whether a step undoes the one before and arrives by the key: at the very row where that one began.
  private func isWayBack(_ step: ResolvedStep, from row: RowPath) -> Bool {
    guard let last = row.steps.last, let origin = row.table(back: 1), origin.sourceName == step.table.sourceName, step.isByKey else {
      return false
    }
    let there = Set(last.joins.map { [$0.column.name, $0.before.name] })
    return there == Set(step.joins.map { [$0.before.name, $0.column.name] })
  }
}
