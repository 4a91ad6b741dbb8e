/// Finds the tables and columns that a declaration names among those that are mirrored. Pure.
struct ProjectionResolver {
  let mirrors: MirrorSet
  var problems: [ProjectionProblem] = []
  var expressions: [RowExpression] = []

  init(_ mirrors: MirrorSet) { self.mirrors = mirrors }

  /// A row on the way down: its table, and how it was found from the row before.
  struct RowPath {
    var table: MirrorDefinition
    var steps: [ResolvedStep]
    var root: MirrorDefinition

    func appending(_ step: ResolvedStep) -> RowPath { RowPath(table: step.table, steps: steps + [step], root: root) }
    /// The table before, counted from the end: 0 is ``table``.
    func table(back: Int) -> MirrorDefinition? {
      let index = steps.count - 1 - back
      return index >= 0 ? steps[index].table : index == -1 ? root : nil
    }
  }

  /// - Returns: nil where something is wrong, which then is in ``problems``.
  mutating func resolve(_ declaration: ProjectionDeclaration) -> ResolvedProjection? {
    let before = problems.count
    expressions = []
    guard let root = table(declaration.root) else { return nil }
    let key = self.key(declaration, root)
    let conditions = self.conditions(declaration.rows, root)
    let fields = self.fields(declaration.fields, RowPath(table: root, steps: [], root: root))
    guard problems.count == before else { return nil }
    let resolved = ResolvedProjection(
      declaration: declaration, root: root, key: key, conditions: conditions, fields: fields, expressions: expressions)
    problems += resolved.typeProblems([:])
    return problems.count == before ? resolved : nil
  }

  mutating func table(_ name: Located) -> MirrorDefinition? {
    let parts = name.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let (schema, table) = parts.count == 2 ? (parts[0], parts[1]) : ("public", name.text)
    guard let found = mirrors.definition(schema: schema, table: table) else {
      let names = mirrors.definitions.map { $0.sourceSchema == "public" ? $0.sourceTable : $0.sourceName }
      problems.append(
        name.problem(
          "this table is not mirrored; expected one that the connectors of syncer.mirrors capture",
          suggestion: NearestName.to(name.text, among: names)))
      return nil
    }
    guard !found.isKeyless else {
      problems.append(name.problem("this table has no primary key; expected one whose rows can be told apart"))
      return nil
    }
    return found
  }

  mutating func column(_ name: Located, of table: MirrorDefinition) -> MirrorColumn? {
    if let found = table.columns.first(where: { $0.name == name.text }) { return found }
    if table.omittedColumns.contains(name.text) {
      problems.append(
        name.problem("this column of \(table.sourceName) is not mirrored: it is generated, or of a type that change events do not carry"))
    } else {
      problems.append(
        name.problem(
          "table \(table.sourceName) has no such column", suggestion: NearestName.to(name.text, among: table.columns.map(\.name))))
    }
    return nil
  }

  private mutating func key(_ declaration: ProjectionDeclaration, _ root: MirrorDefinition) -> [MirrorColumn] {
    let primary = root.key.map { root.columns[$0] }
    let names = primary.map(\.name)
    let columns = declaration.key.compactMap { column($0, of: root) }
    if let first = declaration.key.first, columns.count == declaration.key.count, columns.map(\.name) != names {
      problems.append(
        first.place.problem(
          "expected the primary key of \(root.sourceName), \(names.count == 1 ? names[0] : "[" + names.joined(separator: ", ") + "]")",
          value: declaration.key.map(\.text).joined(separator: ", ")))
    }
    for column in primary {
      let type = ValueType(column.mirrorType)
      guard ![.integer, .uuid, .text].contains(type), !(primary.count == 1 && type == .paddedText) else { continue }
      problems.append(
        (declaration.key.first ?? declaration.root).problem(
          "the key column \(column.name) of \(root.sourceName) is of type \(column.sourceType); expected a whole number, a text or a uuid"))
    }
    return primary
  }

  mutating func conditions(_ rows: DeclaredRows, _ table: MirrorDefinition) -> [ResolvedCondition] {
    var result: [ResolvedCondition] = []
    if let mark = rows.softDelete, let column = self.column(mark, of: table) { result.append(.notMarked(column)) }
    if let condition = rows.condition { result.append(.expression(add(condition, over: table, isCondition: true))) }
    return result
  }

  mutating func add(_ text: Located, over table: MirrorDefinition, isCondition: Bool = false) -> Int {
    let expression = RowExpression(table: table, text: text, isCondition: isCondition)
    if let known = expressions.firstIndex(of: expression) { return known }
    expressions.append(expression)
    return expressions.count - 1
  }
}
