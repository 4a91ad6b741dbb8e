/// Schemas that are the same for all connectors, under their names in Debezium and Kafka Connect.
extension ConnectSchema {
  static let boolean = ConnectSchema(.boolean)
  static let int16 = ConnectSchema(.int16)
  static let int32 = ConnectSchema(.int32)
  static let int64 = ConnectSchema(.int64)
  static let float32 = ConnectSchema(.float32)
  static let float64 = ConnectSchema(.float64)
  static let string = ConnectSchema(.string)
  static let bytes = ConnectSchema(.bytes)
  static let optionalInt32 = ConnectSchema(.int32, isOptional: true)
  static let optionalInt64 = ConnectSchema(.int64, isOptional: true)
  static let optionalString = ConnectSchema(.string, isOptional: true)

  static func structure(
    _ name: String?, version: Int32? = nil, isOptional: Bool = false, doc: String? = nil, _ fields: [(String, ConnectSchema)]
  ) -> ConnectSchema {
    ConnectSchema(
      .structure, isOptional: isOptional, name: name, version: version, doc: doc, fields: fields.map { Field(name: $0.0, schema: $0.1) })
  }

  static func array(of elements: ConnectSchema, isOptional: Bool = false, name: String? = nil, version: Int32? = nil) -> ConnectSchema {
    ConnectSchema(.array, isOptional: isOptional, name: name, version: version, elements: elements)
  }

  static func map(_ keys: ConnectSchema, _ values: ConnectSchema, isOptional: Bool = false) -> ConnectSchema {
    ConnectSchema(.map, isOptional: isOptional, keys: keys, elements: values)
  }

  /// A semantic type of version 1.
  static func semantic(_ kind: Kind, _ name: String, _ parameters: [Parameter] = []) -> ConnectSchema {
    ConnectSchema(kind, name: name, version: 1, parameters: parameters)
  }

  /// The same schema with some of its properties changed.
  func with(
    isOptional: Bool? = nil, name: String?? = nil, doc: String?? = nil, parameters: [Parameter]? = nil, defaultValue: ConnectValue?? = nil,
    fields: [Field]? = nil
  ) -> ConnectSchema {
    ConnectSchema(
      kind, isOptional: isOptional ?? self.isOptional, name: name ?? self.name, version: version, doc: doc ?? self.doc,
      parameters: parameters ?? self.parameters, defaultValue: defaultValue ?? self.defaultValue, fields: fields ?? self.fields,
      keys: keys, elements: elements)
  }
}
