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
      // Source types are told of values alone.
      key: key.map { key in
        ConnectSchema(
          .structure, name: names.adjust(prefix + ".Key"),
          fields: fields(key).map { .init(name: $0.name, schema: $0.schema.withoutSourceParameters) })
      },
      row: rowSchema, envelope: envelopeSchemas.envelope(prefix, row: rowSchema))
  }

  /// The schemas of a relation's columns by their numbers.
  func columnSchemas(_ relation: RelationDescription, table: TableDescription?, encoders: [ColumnEncoder?], catalog: TypeCatalog)
    -> [ConnectSchema?]
  {
    let types = ColumnSchema(catalog: catalog, options: configuration.encoding)
    return relation.columns.indices.map { i in
      guard let encoder = encoders[i] else { return nil }
      let column = relation.columns[i]
      guard let base = types.schema(type: column.typeOID, typmod: column.typeModifier) else { return nil }
      let known = table?.columns.first { $0.name == column.name }
      let mapping = configuration.columnMappings.mapping(schema: relation.schema, table: relation.name, column: column.name)
      let added = mapping?.parameter(type: column.typeOID, typmod: column.typeModifier, catalog: catalog)
      return base.with(
        isOptional: base.isOptional || known?.isOptional ?? true,
        parameters: base.parameters + (added.map { [.init(name: $0.name, value: $0.value)] } ?? []),
        defaultValue: .some(Self.defaultValue(known, encoder, base)))
    }
  }

  /// What stands for a null in the column; nil if nothing does.
  private static func defaultValue(_ column: TableDescription.Column?, _ encoder: ColumnEncoder, _ schema: ConnectSchema) -> ConnectValue? {
    guard column?.constantDefault != nil, schema.kind != .structure else { return nil }
    var writer = JSONWriter(capacity: 64)
    encoder.writeNull(to: &writer)
    let value = try? writer.withUnsafeBytes { (bytes) throws(CaptureError) in try ConnectValueParser.parse(bytes, schema: schema) }
    guard let value, !value.isNull else { return nil }
    return value
  }
}

extension ConnectSchema {
  /// Without what `column.propagate.source.type`, `column.mask.*` and `column.truncate.*` add.
  var withoutSourceParameters: ConnectSchema {
    func isAdded(_ parameter: Parameter) -> Bool {
      parameter.name.hasPrefix("__debezium.source.column.") || parameter.name == "masked" || parameter.name == "truncateLength"
    }
    guard parameters.contains(where: isAdded) else { return self }
    return with(parameters: parameters.filter { !isAdded($0) })
  }
}
