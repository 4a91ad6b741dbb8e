public import ChangeEvents

/// All mirrors of one source, with what is needed to read its envelopes. Handlers of one read database share it.
public struct MirrorSet: Sendable {
  /// The source's `topic.prefix`; envelopes of another source are not accepted. nil accepts any.
  public let topicPrefix: String?
  /// How the connector writes values.
  public let options: EncodingOptions
  let live: LiveMirrors
  /// The tables' names in the source, which never change, by the tables' numbers: asked for with each record.
  private let sources: [(schema: String, table: String)]

  /// The mirrors as they are now.
  var tables: [MirrorTable] { live.tables }

  /// The definitions, without the columns that turned out to have no mapping.
  public var definitions: [MirrorDefinition] { tables.map(\.definition) }

  /// Resolves `definitions`.
  ///
  /// - Parameters:
  ///   - definitions: What is mirrored, as ``MirrorCatalog`` loads it.
  ///   - types: The source's types, user-defined ones included.
  ///   - options: The connector's modes; Debezium's defaults unless said otherwise.
  ///   - topicPrefix: The source's `topic.prefix`, nil to accept any.
  /// - Throws: ``MirrorError``.
  public init(
    _ definitions: [MirrorDefinition], types: TypeCatalog = TypeCatalog(), options: EncodingOptions = EncodingOptions(),
    topicPrefix: String? = nil
  ) throws {
    self.init(
      tables: try definitions.map { try MirrorTable($0, types: types, options: options) }, topicPrefix: topicPrefix, options: options)
    var names: Set<String> = []
    for definition in self.definitions where !names.insert(definition.mirrorTable).inserted {
      throw MirrorError(.duplicate, "two tables of the source would both be mirrored as \(definition.mirrorTable)")
    }
  }

  /// The definition of a table of the source; nil if it is not mirrored.
  public func definition(schema: String = "public", table: String) -> MirrorDefinition? {
    tables.first { $0.definition.sourceSchema == schema && $0.definition.sourceTable == table }?.definition
  }

  /// The definition of a table as it is named in a document's declaration: its mirror's name.
  func definition(mirrorName: String) -> MirrorDefinition? { tables.first { $0.definition.mirrorName == mirrorName }?.definition }

  /// The number of the table that an envelope is about; nil if it is not mirrored. `hint`: the number of the last one found.
  func index(of envelope: Envelope, hint: Int = 0) -> Int? {
    let source = envelope.source
    if let topicPrefix, !source.isNamed(topicPrefix) { return nil }
    if hint < sources.count, source.isTable(schema: sources[hint].schema, table: sources[hint].table) { return hint }
    return sources.firstIndex { source.isTable(schema: $0.schema, table: $0.table) }
  }

  /// Takes in how a table looks by now.
  func replace(_ table: MirrorTable) {
    live.replace(table)
    live.refuse(table.definition.mirrorName, nil)
  }

  /// Leaves a field out that the source has no column for.
  func ignore(_ column: String, of mirror: String) {
    guard let table = tables.first(where: { $0.definition.mirrorName == mirror }) else { return }
    live.replace(table.redefined { $0.omittedColumns.insert(column) })
  }

  /// The same mirrors with the columns that `documents` are found by tracked and indexed: to be done before the mirrors are created. Where
  /// they are already, the result is these mirrors: what has the one sees what the other becomes.
  ///
  /// - Throws: ``MirrorError`` (`unknownReference`) where a declaration names a table or a column that is not mirrored.
  public func serving(_ documents: [DocumentDefinition]) throws -> MirrorSet {
    var tables = self.tables
    func column(_ name: String, of table: String, for document: DocumentDefinition, track: Bool) throws {
      guard let index = tables.firstIndex(where: { $0.definition.mirrorName == table }) else {
        throw MirrorError(.unknownReference, "document \(document.name) is made from table \(table), which is not mirrored")
      }
      if name == MirrorDefinition.compositeKeyColumn {
        tables[index] = tables[index].redefined { $0.hasCompositeKeyColumn = true }
        return
      }
      guard tables[index].definition.columns.contains(where: { $0.name == name }) else {
        throw MirrorError(.unknownReference, "document \(document.name) is found by column \(name) of \(table), which is not mirrored")
      }
      guard !tables[index].definition.isKeyless else {
        throw MirrorError(.unknownReference, "document \(document.name) is made from table \(table), which has no primary key")
      }
      tables[index] = tables[index].redefined { definition in
        definition.indexedColumns.insert(name)
        if track { definition.trackedColumns.insert(name) }
      }
    }
    for document in documents {
      try column(document.rootColumn, of: document.rootTable, for: document, track: true)
      for rule in document.touches {
        try column(rule.column, of: rule.table, for: document, track: true)
        for hop in rule.hops {
          try column(hop.match, of: hop.table, for: document, track: true)
          try column(hop.then, of: hop.table, for: document, track: true)
          if hop.direction == .children, let index = tables.firstIndex(where: { $0.definition.mirrorName == hop.table }) {
            tables[index] = tables[index].redefined { $0.walkedColumns[hop.match] = min($0.walkedColumns[hop.match] ?? hop.then, hop.then) }
          }
        }
      }
    }
    guard tables.map(\.definition) != definitions else { return self }
    return MirrorSet(tables: tables, topicPrefix: topicPrefix, options: options)
  }

  /// The same mirrors, each definition changed.
  func redefined(_ change: (inout MirrorDefinition) -> Void) -> MirrorSet {
    MirrorSet(tables: tables.map { $0.redefined(change) }, topicPrefix: topicPrefix, options: options)
  }

  private init(tables: [MirrorTable], topicPrefix: String?, options: EncodingOptions) {
    live = LiveMirrors(tables)
    sources = tables.map { ($0.definition.sourceSchema, $0.definition.sourceTable) }
    self.topicPrefix = topicPrefix
    self.options = options
  }
}
