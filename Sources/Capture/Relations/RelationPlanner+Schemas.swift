internal import ChangeEvents

/// Schemas of a table's records.
extension RelationPlanner {
  /// How schemas are named.
  var envelopeSchemas: EnvelopeSchemas { EnvelopeSchemas(names: configuration.schemaNames) }

  /// Those of logical messages.
  var messageSchemas: (key: ConnectSchema, value: ConnectSchema) {
    let binary = ColumnSchema(catalog: TypeCatalog(), options: configuration.encoding).binary
    return (envelopeSchemas.messageKey, envelopeSchemas.messageValue(binary))
  }

  /// - Parameters:
  ///   - prefix: the topic that the table's records have before transforms; schemas are named after it.
  ///   - row: the columns of a row under the names of their fields, in order.
  ///   - key: those of the key; empty for a table without one.
  ///   - columns: each column's schema by its number; nil for one that has no mapping.
  func schemas(prefix: String, row: RowEncoder, key: RowEncoder?, columns: [ConnectSchema?]) -> RecordSchemas {
    func fields(_ encoder: RowEncoder) -> [ConnectSchema.Field] {
      encoder.fields.map { field in
        let schema = columns.indices.contains(field.column) ? columns[field.column] : nil
        return ConnectSchema.Field(name: field.name, schema: schema ?? .optionalString)
      }
    }
    let names = configuration.schemaNames
    let rowSchema = ConnectSchema(.structure, isOptional: true, name: names.adjust(prefix + ".Value"), fields: fields(row))
    return RecordSchemas(
      key: key.map { key in
        ConnectSchema(
          .structure, name: names.adjust(prefix + ".Key"),
          fields: fields(key).map { .init(name: $0.name, schema: $0.schema.withoutColumnSettings) })
      },
      row: rowSchema, envelope: envelopeSchemas.envelope(prefix, row: rowSchema))
  }

  /// The schemas of a relation's columns by their numbers.
  func columnSchemas(_ relation: RelationDescription, table: TableDescription?, encoders: [ColumnEncoder?], catalog: TypeCatalog)
    -> [ConnectSchema?]
  {
    let types = ColumnSchema(catalog: catalog, options: configuration.encoding)
    return relation.columns.indices.map { i in
      guard encoders[i] != nil else { return nil }
      let column = relation.columns[i]
      guard let base = types.schema(type: column.typeOID, typmod: column.typeModifier) else { return nil }
      let known = table?.columns.first { $0.name == column.name }
      let mapping = configuration.columnMappings.mapping(schema: relation.schema, table: relation.name, column: column.name)
      let added = mapping?.parameter(type: column.typeOID, typmod: column.typeModifier, catalog: catalog)
      let comment = configuration.includesComments ? known?.comment : nil
      return base.with(
        isOptional: base.isOptional || known?.isOptional ?? true, doc: comment.map { .some($0) },
        parameters: base.parameters + sourceParameters(column, of: relation, comment: comment, catalog: catalog)
          + (added.map { [.init(name: $0.name, value: $0.value)] } ?? []),
        defaultValue: .some(defaultValue(column, known: known, schema: base, catalog: catalog)))
    }
  }

  /// `column.propagate.source.type`, `datatype.propagate.source.type`.
  private func sourceParameters(
    _ column: RelationDescription.Column, of relation: RelationDescription, comment: String?, catalog: TypeCatalog
  ) -> [ConnectSchema.Parameter] {
    guard !configuration.propagatedColumns.isEmpty || !configuration.propagatedTypes.isEmpty, let type = catalog[column.typeOID],
      let root = catalog.resolve(column.typeOID, typmod: column.typeModifier)
    else { return [] }
    let table = "\(relation.schema).\(relation.name)"
    guard
      configuration.propagatedColumns.contains(where: { $0.matches("\(table).\(column.name)") })
        || configuration.propagatedTypes.contains(where: { $0.matches("\(table).\(type.name)") })
    else { return [] }
    // The driver counts an array's elements.
    let counted = root.type.kind == .array ? catalog.resolve(root.type.elementOID, typmod: root.typmod) ?? root : root
    return SourceType(type, root: counted.type, typmod: counted.typmod).parameters(column: column.name, comment: comment)
  }

  /// The text of what stands for a null in a column; nil if nothing does.
  func defaultText(_ column: RelationDescription.Column, known: TableDescription.Column?, catalog: TypeCatalog) -> String? {
    guard known?.defaultExpression != nil,
      let text = DefaultExpression.text(known?.defaultExpression, type: catalog[column.typeOID], typmod: column.typeModifier),
      // As Debezium: a struct cannot be a default in Kafka Connect (KAFKA-12694).
      ColumnSchema(catalog: catalog, options: configuration.encoding).schema(type: column.typeOID, typmod: column.typeModifier)?.kind
        != .structure
    else { return nil }
    return text
  }

  /// What stands for a null in the column; nil if nothing does.
  private func defaultValue(
    _ column: RelationDescription.Column, known: TableDescription.Column?, schema: ConnectSchema, catalog: TypeCatalog
  ) -> ConnectValue? {
    guard let text = defaultText(column, known: known, catalog: catalog) else { return nil }
    // Masks do not reach it.
    let encoder = try? ColumnEncoder(
      type: column.typeOID, typmod: column.typeModifier, catalog: catalog, isOptional: true, options: configuration.encoding,
      defaultText: text)
    guard let encoder else { return nil }
    var writer = JSONWriter(capacity: 64)
    encoder.writeNull(to: &writer)
    let value = try? writer.withUnsafeBytes { (bytes) throws(CaptureError) in try ConnectValueParser.parse(bytes, schema: schema) }
    guard let value, !value.isNull else { return nil }
    return value
  }
}

extension ConnectSchema {
  /// Without what settings of columns add: keys are neither masked, nor do they tell their source types.
  var withoutColumnSettings: ConnectSchema {
    func isAdded(_ parameter: Parameter) -> Bool {
      parameter.name.hasPrefix("__debezium.source.column.") || ["masked", "truncateLength"].contains(parameter.name)
    }
    return parameters.contains(where: isAdded) ? with(parameters: parameters.filter { !isAdded($0) }) : self
  }
}
