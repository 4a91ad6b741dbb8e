extension ConnectSchema {
  /// Name, version, documentation and parameters under another type or other fields: required and without a default, as
  /// `SchemaUtil.copySchemaBasics` leaves it.
  func basics(
    _ kind: Kind? = nil, isOptional: Bool = false, defaultValue: ConnectValue? = nil, fields: [Field] = []
  ) -> ConnectSchema {
    let kind = kind ?? self.kind
    return ConnectSchema(
      kind, isOptional: isOptional, name: name, version: version, doc: doc, parameters: parameters, defaultValue: defaultValue,
      fields: fields, keys: kind == .map ? keys : nil, elements: kind == .map || kind == .array ? elements : nil)
  }

  /// The same schema under another name and version.
  func renamed(_ name: String?, version: Int32?, fields: [Field]? = nil) -> ConnectSchema {
    ConnectSchema(
      kind, isOptional: isOptional, name: name, version: version, doc: doc, parameters: parameters, defaultValue: defaultValue,
      fields: fields ?? self.fields, keys: keys, elements: elements)
  }
}
