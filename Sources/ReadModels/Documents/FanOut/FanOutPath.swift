/// The way from a value to documents that a ``TouchRule`` has still to go: all that a task of a fan-out needs of its rule.
struct FanOutPath: Sendable, Hashable {
  /// The table and column that the value stands in.
  let fromTable: String
  let fromColumn: String
  /// The steps; none where the value is a document's key.
  let hops: [DocumentHop]

  init(fromTable: String, fromColumn: String, hops: [DocumentHop]) {
    self.fromTable = fromTable
    self.fromColumn = fromColumn
    self.hops = hops
  }

  /// A rule's whole way.
  init(_ rule: TouchRule) {
    self.init(fromTable: rule.table, fromColumn: rule.column, hops: rule.hops)
  }

  /// What a task is stored with. It says the whole way, so that a declaration that goes another one does not take it for its own.
  var name: String {
    hops.reduce("\(fromTable).\(fromColumn)") { "\($0)>\($1.table).\($1.match):\($1.then)" }
  }

  /// The way behind the first step; nil where there is none.
  var rest: FanOutPath? {
    guard let hop = hops.first else { return nil }
    return FanOutPath(fromTable: hop.table, fromColumn: hop.then, hops: Array(hops.dropFirst()))
  }

  /// The way of a document's own key.
  static func key(of definition: DocumentDefinition) -> FanOutPath {
    FanOutPath(fromTable: definition.rootTable, fromColumn: definition.rootColumn, hops: [])
  }

  /// The ways of all tasks that a declaration can leave.
  static func all(of definition: DocumentDefinition) -> Set<FanOutPath> {
    var paths: Set<FanOutPath> = [.key(of: definition)]
    for rule in definition.touches {
      var path: FanOutPath? = FanOutPath(rule)
      while let current = path {
        // A value that is a document's key is the same, whichever column it stood in.
        if !current.hops.isEmpty { paths.insert(current) }
        path = current.rest
      }
    }
    return paths
  }
}
