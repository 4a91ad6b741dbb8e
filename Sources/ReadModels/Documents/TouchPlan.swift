/// A document's rules, arranged for one pass over a batch. Pure.
struct TouchPlan: Sendable {
  /// A step between two tables: its locks keep apart transactions that change both ends at the same time.
  struct Edge: Sendable, Hashable {
    let fromTable: String
    let fromColumn: String
    let hop: DocumentHop

    /// The name of its locks: the same for all documents and processes.
    var lockName: String { "\(fromTable).\(fromColumn)=\(hop.table).\(hop.match)" }
    /// Whether who changes the near end shares the lock: many children of one parent may change at once, each excludes the parent's change.
    var nearIsShared: Bool { hop.direction == .parent }
  }

  let rules: [TouchRule]
  let edges: [Edge]
  /// The mirror tables whose changes concern the document.
  let tables: Set<String>
  private let partsByPath: [FanOutPath: DocumentParts]

  init(_ definition: DocumentDefinition) {
    var rules = definition.touches
    let root = TouchRule(table: definition.rootTable, column: definition.rootColumn)
    if !rules.contains(root) { rules.insert(root, at: 0) }
    self.rules = rules
    var edges: [Edge] = []
    var tables: Set<String> = []
    var parts: [FanOutPath: DocumentParts] = [:]
    for rule in rules {
      tables.insert(rule.table)
      var touched = definition.partial?.parts[rule] ?? (rule == root ? .none : .all)
      if rule == root { touched = touched.union(definition.partial?.root ?? .all) }
      var path: FanOutPath? = FanOutPath(rule)
      while let current = path {
        // Where two rules go on the same way, what comes by it may be either's.
        parts[current] = parts[current]?.union(touched) ?? touched
        path = current.rest
      }
      var from = (table: rule.table, column: rule.column)
      for hop in rule.hops {
        let edge = Edge(fromTable: from.table, fromColumn: from.column, hop: hop)
        if !edges.contains(edge) { edges.append(edge) }
        tables.insert(hop.table)
        from = (hop.table, hop.then)
      }
    }
    self.edges = edges
    self.tables = tables
    partsByPath = parts
  }

  /// What a change of a value at the beginning of a rule's way, or somewhere on it, touches of the documents at its end.
  func parts(behind path: FanOutPath) -> DocumentParts {
    path.hops.isEmpty ? .all : partsByPath[path] ?? .all
  }

  /// What a change of a value that a rule begins with touches.
  func parts(of rule: TouchRule) -> DocumentParts { partsByPath[FanOutPath(rule)] ?? .all }

  /// The columns of a changed row that have to be known: where rules begin, and where steps arrive.
  func columns(of table: String) -> [String] {
    var columns = Set(rules.filter { $0.table == table }.map(\.column))
    columns.formUnion(edges.filter { $0.hop.table == table }.map(\.hop.match))
    columns.formUnion(edges.filter { $0.fromTable == table }.map(\.fromColumn))
    return columns.sorted()
  }
}
