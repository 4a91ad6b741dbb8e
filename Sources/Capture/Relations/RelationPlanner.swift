internal import ChangeEvents
internal import Kafka
internal import Logging

/// Makes plans from Relation messages and the catalogue.
struct RelationPlanner {
  let configuration: ConnectorConfiguration
  let contextHeaders: [Header]
  /// The same ones before they are converted.
  let contextValues: [ConnectRecord.Header]
  let version: String
  let logger: Logger
  /// Tables that were warned about: a warning comes once, not with every Relation message.
  private let warned = WarnedTables()

  init(configuration: ConnectorConfiguration, runID: String, version: String, logger: Logger) {
    self.configuration = configuration
    self.version = version
    self.logger = logger
    guard configuration.contextHeaders else {
      contextHeaders = []
      contextValues = []
      return
    }
    let pairs = [
      ("connectorLogicalName", configuration.topicPrefix), ("taskId", "0"), ("connectorName", "postgresql"), ("runId", runID),
    ]
    contextHeaders = pairs.map { name, value in
      Header(name: "__debezium.context.\(name)", value: try? configuration.headerConverter.bytes(.string(value), schema: .string))
    }
    contextValues =
      configuration.contextHeaders
      ? pairs.map { ConnectRecord.Header(name: "__debezium.context.\($0)", schema: .string, value: .string($1)) } : []
  }

  /// - Parameters:
  ///   - relation: what the stream (or, for a snapshot, the catalogue) says of the rows.
  ///   - table: the catalogue's entry; nil if the table is gone by now.
  ///   - catalog: the database's types.
  /// - Throws: `ColumnEncodingError` with `unknownType` if `catalog` has to be loaded anew; `CaptureError`.
  func plan(_ relation: RelationDescription, table: TableDescription?, catalog: TypeCatalog) throws -> RelationPlan {
    let writer = EnvelopeWriter(
      version: version, name: configuration.topicPrefix, database: configuration.database.database, schema: relation.schema,
      table: relation.name, omitsDefaults: !configuration.valueReplacesNulls)
    let names = relation.columns.map(\.name)
    let fieldNames = names.map(configuration.fieldNames.adjust)
    let isCaptured = configuration.captures(schema: relation.schema, table: relation.name)
    try configuration.patternWatch.check()
    guard isCaptured else {
      return RelationPlan(
        relation: relation, isCaptured: false, envelope: writer, row: RowEncoder(fields: []), key: nil, schemas: .none, plans: [])
    }
    let encoders = try encoders(relation, table: table, catalog: catalog)
    let keyIndexes = keyIndexes(relation, table: table).filter { encoders.keys[$0] != nil }
    let fields = names.indices.compactMap { i -> RowEncoder.Field? in
      guard let encoder = encoders.values[i], includes(relation, column: names[i]) else { return nil }
      return RowEncoder.Field(name: fieldNames[i], column: i, encoder: encoder)
    }
    warnAboutIdentity(relation, keyIndexes: keyIndexes)
    let keyDraft: RecordDraft.Key = keyIndexes.isEmpty ? .none : .columns(keyIndexes.map { .init(source: $0, name: fieldNames[$0]) })
    let topic = configuration.topics.changes(schema: relation.schema, table: relation.name)
    // Transforms see the columns that are in the record; the others they may not name.
    let visible = names.indices.map { i in fields.contains { $0.column == i } ? fieldNames[i] : "" }
    let chain = TransformChain(transforms: configuration.tableTransforms, columns: visible)
    let row = RowEncoder(fields: fields)
    let key =
      keyIndexes.isEmpty
      ? nil : RowEncoder(fields: keyIndexes.compactMap { i in encoders.keys[i].map { .init(name: fieldNames[i], column: i, encoder: $0) } })
    let schemas = schemas(
      prefix: topic, row: row, key: key, columns: columnSchemas(relation, table: table, encoders: encoders.keys, catalog: catalog))
    let keyHead = configuration.keyConverter == .jsonWithSchemas ? schemas.key?.wrapperHead ?? [] : []
    let valueHead = configuration.valueConverter == .jsonWithSchemas ? schemas.envelope.wrapperHead : []
    var plans: [RecordPlan] = []
    for kind in RecordKind.allCases where kind != .message {
      var headerNames = contextHeaders.map(\.name)
      if let header = kind.keyChangeHeader { headerNames.insert(header, at: 0) }
      let draft = RecordDraft(
        topic: topic, headerNames: headerNames, key: kind == .truncate ? .none : keyDraft,
        value: kind.isTombstone ? .tombstone : RecordDraft.envelope)
      var made = try plan(draft, kind: kind, chain: chain, relation: relation, encoders: encoders)
      if !configuration.usesGeneralPath, case .send(var shape) = made {
        shape.keyHead = keyHead
        shape.valueHead = valueHead
        made = .send(shape)
      }
      plans.append(made)
    }
    try configuration.patternWatch.check()
    let made = RelationPlan(
      relation: relation, isCaptured: true, envelope: writer, row: row, key: key, schemas: schemas, plans: plans)
    if configuration.showsLabels {
      let labels = EnumerationLabels(relation, catalog: catalog)
      if !labels.isEmpty { made.labels = labels }
    }
    return made
  }

  /// The plan of logical messages.
  func messagePlan() -> MessagePlan {
    let topic = TopicName.sanitized(configuration.topicPrefix + ".message")
    let plain = RecordShape(topic: topic, headers: [], key: .messagePrefix(name: "prefix"), value: .message)
    if configuration.usesGeneralPath { return .lookInside(plain) }
    let draft = RecordDraft(topic: topic, headerNames: [], key: .messagePrefix("prefix"), value: .message)
    let outcome: TransformChain.Outcome
    do { outcome = try TransformChain(transforms: configuration.tableTransforms, columns: []).apply(to: draft, kind: .message) } catch {
      // What is known of a message's fields is known of each one alone.
      return .lookInside(plain)
    }
    guard case .send(let draft) = outcome, case .messagePrefix(let name) = draft.key else { return .drop }
    var shape = RecordShape(topic: draft.topic, headers: [], key: .messagePrefix(name: name), value: .message)
    if configuration.keyConverter == .jsonWithSchemas { shape.keyHead = messageSchemas.key.wrapperHead }
    if configuration.valueConverter == .jsonWithSchemas { shape.valueHead = messageSchemas.value.wrapperHead }
    return .send(shape)
  }

  private func includes(_ relation: RelationDescription, column: String) -> Bool {
    configuration.columnFilter.accepts("\(relation.schema).\(relation.name).\(column)")
  }

  private func encoders(_ relation: RelationDescription, table: TableDescription?, catalog: TypeCatalog) throws -> ColumnEncoders {
    var encoders = ColumnEncoders()
    // Transforms that look into records see nulls as they are; their converters put defaults in place of them, last.
    let replacesNulls: (key: Bool, value: Bool) =
      configuration.usesGeneralPath ? (false, false) : (configuration.keyReplacesNulls, configuration.valueReplacesNulls)
    for column in relation.columns {
      let known = table?.columns.first { $0.name == column.name }
      let key = try encoder(
        column, known: known, mapping: nil, replacesNulls: replacesNulls.key, relation: relation, catalog: catalog)
      encoders.keys.append(key)
      let mapping = configuration.columnMappings.mapping(schema: relation.schema, table: relation.name, column: column.name)
      guard key != nil, mapping != nil || replacesNulls.key != replacesNulls.value else {
        encoders.values.append(key)
        continue
      }
      encoders.values.append(
        try encoder(
          column, known: known, mapping: mapping, replacesNulls: replacesNulls.value, relation: relation, catalog: catalog))
    }
    return encoders
  }

  /// - Returns: nil for a type that has no mapping: Debezium leaves such columns out.
  private func encoder(
    _ column: RelationDescription.Column, known: TableDescription.Column?, mapping: ColumnMapping?, replacesNulls: Bool,
    relation: RelationDescription, catalog: TypeCatalog
  ) throws -> ColumnEncoder? {
    let isOptional = known?.isOptional ?? true
    let initial = replacesNulls || !isOptional ? defaultText(column, known: known, catalog: catalog) : nil
    do {
      return try ColumnEncoder(
        type: column.typeOID, typmod: column.typeModifier, catalog: catalog, isOptional: isOptional, options: configuration.encoding,
        defaultText: initial, mapping: mapping)
    } catch {
      switch error.code {
      case .unsupportedType:
        logger.warning(
          "column left out: its type has no mapping",
          metadata: ["table": "\(relation.schema).\(relation.name)", "column": "\(column.name)", "reason": "\(error)"])
        return nil
      case .malformed, .notRepresentable:
        // The default alone can be wrong here (or beyond a mode's range): the column works without it.
        return try ColumnEncoder(
          type: column.typeOID, typmod: column.typeModifier, catalog: catalog, isOptional: isOptional, options: configuration.encoding,
          mapping: mapping)
      default: throw error
      }
    }
  }

  /// `message.key.columns`, else the primary key, else the first unique index; else, where the catalogue knows nothing, the identity.
  private func keyIndexes(_ relation: RelationDescription, table: TableDescription?) -> [Int] {
    let names = relation.columns.map(\.name)
    let selected = KeyColumns.select(configuration.keyColumns, schema: relation.schema, table: relation.name, columns: names)
    if !selected.isEmpty { return selected }
    let identity = relation.identity == .full ? [] : relation.columns.indices.filter { relation.columns[$0].isIdentity }
    guard let table else { return identity }
    let indexes = table.keyColumns.compactMap { names.firstIndex(of: $0) }
    // The catalogue is newer than the stream: where the key was changed or renamed since, the identity says what it was.
    let isStale = indexes.count < table.keyColumns.count || (relation.identity == .default && Set(indexes) != Set(identity))
    return isStale && !identity.isEmpty ? identity : indexes
  }

  private func warnAboutIdentity(_ relation: RelationDescription, keyIndexes: [Int]) {
    let outside = keyIndexes.filter { !relation.columns[$0].isIdentity }.map { relation.columns[$0].name }
    // A table without any identity has no deletes: PostgreSQL refuses them.
    guard !outside.isEmpty, relation.columns.contains(where: \.isIdentity) else { return }
    guard warned.insert("\(relation.schema).\(relation.name)") else { return }
    logger.warning(
      """
      deletes of this table will be keyed by zero: its replica identity does not carry the key column; \
      run ALTER TABLE … REPLICA IDENTITY FULL
      """, metadata: ["table": "\(relation.schema).\(relation.name)", "columns": "\(outside.joined(separator: ", "))"])
  }

  private func plan(
    _ draft: RecordDraft, kind: RecordKind, chain: TransformChain, relation: RelationDescription, encoders: ColumnEncoders
  ) throws(CaptureError) -> RecordPlan {
    switch try chain.apply(to: draft, kind: kind) {
    case .drop: return .drop
    case .invalidOperation(let behaviour, let transform): return .invalidOperation(behaviour, transform: transform)
    case .send(let draft): return .send(try shape(draft, relation: relation, encoders: encoders))
    case .route(let settings, let draft, let remaining):
      var headerFields: [EventRoute.HeaderField] = []
      func add(_ name: String, column: String) throws(CaptureError) {
        guard let index = relation.columns.firstIndex(where: { $0.name == column }) else { return }
        let raw = !configuration.headerConverter.isJSON
        headerFields.append(.init(name: name, scalar: try scalar(index, raw: raw, relation: relation, encoders: encoders)))
      }
      try add("id", column: settings.idColumn)
      for field in settings.additionalFields where field.placement == .header { try add(field.alias, column: field.column) }
      return .route(
        EventRoute(
          settings: settings, draft: draft, remaining: remaining, columns: relation.columns.map(\.name), headerFields: headerFields,
          shape: { (draft) throws(CaptureError) in try shape(draft, relation: relation, encoders: encoders) }))
    }
  }

  private func shape(
    _ draft: RecordDraft, relation: RelationDescription, encoders: ColumnEncoders
  ) throws(CaptureError) -> RecordShape {
    func row(_ fields: [RecordDraft.Named<Int>], _ encoders: [ColumnEncoder?]) -> RowEncoder {
      RowEncoder(fields: fields.compactMap { f in encoders[f.source].map { .init(name: f.name, column: f.source, encoder: $0) } })
    }
    func needsJSON(_ converter: ConnectorConfiguration.Converter, _ key: String) throws(CaptureError) {
      guard converter == .string, !configuration.usesGeneralPath else { return }
      throw .configuration(
        "\(configuration.origin): key \"\(key)\" has the value \"\(ConnectorKeys.stringConverter)\": topic \(draft.topic) carries objects; "
          + "expected \(ConnectorKeys.jsonConverter), or an EventRouter whose \(key == "key.converter" ? "key" : "payload") is one column")
    }
    let key: RecordShape.Key
    switch draft.key {
    case .none: key = .none
    case .columns(let fields):
      try needsJSON(configuration.keyConverter, "key.converter")
      key = .row(row(fields, encoders.keys))
    case .column(let i):
      key = .scalar(try scalar(i, raw: configuration.keyConverter == .string, relation: relation, encoders: encoders))
    case .messagePrefix(let name): key = .messagePrefix(name: name)
    }
    let value: RecordShape.Value
    switch draft.value {
    case .tombstone: value = .tombstone
    case .message: value = .message
    case .columns(let fields):
      try needsJSON(configuration.valueConverter, "value.converter")
      value = .row(row(fields, encoders.values))
    case .column(let i):
      value = .scalar(try scalar(i, raw: configuration.valueConverter == .string, relation: relation, encoders: encoders))
    case .envelope(let fields):
      try needsJSON(configuration.valueConverter, "value.converter")
      let isWhole = fields.count == RecordDraft.EnvelopeField.allCases.count && fields.allSatisfy { $0.name == $0.source.rawValue }
      value =
        isWhole
        ? .envelope
        : .partialEnvelope(
          fields.enumerated().map { i, field in
            (head: Array(((i == 0 ? "{" : ",") + JSONDocument.quoted(field.name) + ":").utf8), field: field.source)
          })
    }
    return RecordShape(topic: draft.topic, headers: contextHeaders, key: key, value: value)
  }

  private func scalar(
    _ index: Int, raw: Bool, relation: RelationDescription, encoders: ColumnEncoders
  ) throws(CaptureError) -> RecordShape.Scalar {
    guard encoders.values.indices.contains(index), let encoder = encoders.values[index] else {
      throw .configuration("column \"\(relation.columns[index].name)\" of \(relation.schema).\(relation.name) has a type without a mapping")
    }
    // bool, "char"…, bytea, dates and numbers of arbitrary precision look different as text and as JSON.
    let differing: Set<UInt32> = [16, 17, 700, 701, 790, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 600]
    if raw, differing.contains(relation.columns[index].typeOID) {
      throw .configuration(
        "column \"\(relation.columns[index].name)\" of \(relation.schema).\(relation.name) cannot be written by StringConverter; "
          + "expected text, uuid, json or an integer")
    }
    return RecordShape.Scalar(column: index, encoder: encoder, isRaw: raw)
  }
}
