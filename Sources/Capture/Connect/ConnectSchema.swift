/// A schema as Kafka Connect knows it (`org.apache.kafka.connect.data.Schema`): what a value is, not how it is written.
///
/// Immutable and shared: a table's schemas are made once, and every record of the table refers to them.
final class ConnectSchema: Sendable {
  /// The type; the raw value is its name in JsonConverter's schemas.
  enum Kind: String, Hashable, Sendable {
    case int8, int16, int32, int64, boolean, string, bytes, array, map
    case float32 = "float"
    case float64 = "double"
    case structure = "struct"
  }

  struct Field: Hashable, Sendable {
    var name: String
    var schema: ConnectSchema
  }

  struct Parameter: Hashable, Sendable {
    var name: String
    var value: String
  }

  let kind: Kind
  let isOptional: Bool
  /// The semantic name, such as `io.debezium.time.Date`.
  let name: String?
  let version: Int32?
  let doc: String?
  /// In the order in which they are written.
  let parameters: [Parameter]
  /// nil if there is none.
  let defaultValue: ConnectValue?
  /// Of a struct, in order.
  let fields: [Field]
  /// Of a map's keys.
  let keys: ConnectSchema?
  /// Of an array's elements, or a map's values.
  let elements: ConnectSchema?

  init(
    _ kind: Kind, isOptional: Bool = false, name: String? = nil, version: Int32? = nil, doc: String? = nil, parameters: [Parameter] = [],
    defaultValue: ConnectValue? = nil, fields: [Field] = [], keys: ConnectSchema? = nil, elements: ConnectSchema? = nil
  ) {
    self.kind = kind
    self.isOptional = isOptional
    self.name = name
    self.version = version
    self.doc = doc
    self.parameters = parameters
    self.defaultValue = defaultValue
    self.fields = fields
    self.keys = keys
    self.elements = elements
  }

  /// Where a struct's field stands; nil if it has none of this name.
  func index(of field: String) -> Int? { fields.firstIndex { $0.name == field } }
}

extension ConnectSchema: Hashable {
  static func == (a: ConnectSchema, b: ConnectSchema) -> Bool {
    if a === b { return true }
    return a.kind == b.kind && a.isOptional == b.isOptional && a.name == b.name && a.version == b.version && a.doc == b.doc
      && a.parameters == b.parameters && a.defaultValue == b.defaultValue && a.fields == b.fields && a.keys == b.keys
      && a.elements == b.elements
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(name)
    hasher.combine(fields.count)
  }
}
