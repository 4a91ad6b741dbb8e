extension ConnectorConfiguration {
  /// Reads `key.converter`, `value.converter` or `header.converter`.
  ///
  /// A file that names JsonConverter gets its default in Kafka Connect, `schemas.enable=true`, unless `<converter>.schemas.enable`, or
  /// `converter.schemas.enable` for all three, says otherwise. One that names none gets what a worker is usually set to: JSON without schemas.
  static func converter(_ reader: SettingsReader, _ key: String) throws(CaptureError) -> Converter {
    let name = reader.text(key)
    switch name {
    case ConnectorKeys.jsonConverter, nil: break
    case ConnectorKeys.simpleHeaderConverter: return .simple
    case ConnectorKeys.byteArrayConverter: return .bytes
    default: return .string
    }
    if let own = reader.text("\(key).schemas.enable") { return own.lowercased() == "true" ? .jsonWithSchemas : .json }
    if let all = reader.text("converter.schemas.enable") { return all.lowercased() == "true" ? .jsonWithSchemas : .json }
    return reader.settings[key] == nil ? .json : .jsonWithSchemas
  }

  /// Whether records have to be looked into one by one: their transforms, or their converters, need values and not only their bytes.
  var usesGeneralPath: Bool {
    if !transformChain.isCompilable { return true }
    let converters = [keyConverter, valueConverter]
    if converters.contains(.bytes) || keyJSON.numericDecimals || valueJSON.numericDecimals { return true }
    let hasRouter = transforms.contains { if case .eventRouter = $0.kind { true } else { false } }
    if converters.contains(.string), !hasRouter { return true }
    // Transforms of fields change schemas, too; those of topics do not.
    let areOfTopics = transforms.allSatisfy { if case .regexRouter = $0.kind { true } else { false } }
    return (converters + [headerConverter]).contains(.jsonWithSchemas) && !areOfTopics
  }

  /// Reads `<converter>.replace.null.with.default` and `<converter>.decimal.format`, which the embedded engine knows without the converter's
  /// name, too.
  static func json(_ reader: SettingsReader, _ key: String) -> JSONConverter.Options {
    func option(_ name: String) -> String? { (reader.text("\(key).\(name)") ?? reader.text("converter.\(name)"))?.lowercased() }
    return JSONConverter.Options(
      replacesNulls: option("replace.null.with.default") != "false", numericDecimals: option("decimal.format") == "numeric")
  }

  /// The transforms that are applied to tables; none where records are looked into one by one.
  var tableTransforms: [Transform] { usesGeneralPath ? [] : transforms }

  /// `schema.name.adjustment.mode`.
  var schemaNames: NameAdjustment { NameAdjustment(mode: schemaNameMode, isField: false) }

  /// `field.name.adjustment.mode`.
  var fieldNames: NameAdjustment { NameAdjustment(mode: fieldNameMode, isField: true) }
}
