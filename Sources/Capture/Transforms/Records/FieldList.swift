/// The fields of a struct schema under construction (`SchemaBuilder.field`).
struct FieldList {
  private(set) var fields: [ConnectSchema.Field] = []
  private var names: Set<String> = []

  init(_ fields: [ConnectSchema.Field] = []) {
    self.fields = fields
    names = Set(fields.map(\.name))
  }

  /// - Throws: `CaptureError` if there is a field of this name.
  mutating func append(_ name: String, _ schema: ConnectSchema) throws(CaptureError) {
    guard !name.isEmpty else { throw .configuration("a field cannot have an empty name") }
    guard names.insert(name).inserted else {
      throw .configuration("the field \"\(name)\" exists already; expected a name that is free")
    }
    fields.append(.init(name: name, schema: schema))
  }

  func contains(_ name: String) -> Bool { names.contains(name) }
}
