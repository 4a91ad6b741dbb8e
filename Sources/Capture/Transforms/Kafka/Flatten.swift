internal import Logging

/// `org.apache.kafka.connect.transforms.Flatten`: fields of structs in structs get names with a delimiter.
struct Flatten: ConfiguredTransform {
  static let options = [TransformOption("delimiter", fallback: ".")]
  let delimiter: String
  let part: RecordPart
  private let cache = SchemaCache()
  /// Deeper values are refused.
  private static let depthLimit = 200

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    delimiter = options.text("delimiter") ?? "."
    self.part = part
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard !part.value(of: record).isNull else { return true }
    guard let schema = part.schema(of: record) else {
      var flat: [ConnectValue.Entry] = []
      try flatten(try part.map(of: record), prefix: "", into: &flat, depth: 0)
      part.set(nil, .map(flat), in: &record)
      return true
    }
    let view = try part.structure(of: record)
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      var list = FieldList()
      let initial = schema.defaultValue.flatMap { StructView($0, schema) }
      try flatten(schema, prefix: "", isOptional: schema.isOptional, initial: initial, into: &list, depth: 0)
      return schema.basics(.structure, fields: list.fields)
    }
    var values: [ConnectValue] = []
    values.reserveCapacity(updated.fields.count)
    flatten(view, into: &values)
    part.set(updated, .structure(values), in: &record)
    return true
  }

  private func name(_ prefix: String, _ name: String) -> String { prefix.isEmpty ? name : prefix + delimiter + name }

  /// A field is optional if anything around it is, and its default is its own or what those around it say.
  private func flatten(
    _ schema: ConnectSchema, prefix: String, isOptional: Bool, initial: StructView?, into list: inout FieldList, depth: Int
  ) throws(CaptureError) {
    guard depth < Self.depthLimit else { throw .failed("a struct is nested deeper than \(Self.depthLimit) levels") }
    for (i, field) in schema.fields.enumerated() {
      let name = name(prefix, field.name)
      let isOptional = isOptional || field.schema.isOptional
      var value = field.schema.defaultValue
      if value == nil, let inherited = initial?.value(at: i), !inherited.isNull { value = inherited }
      switch field.schema.kind {
      case .structure:
        try flatten(
          field.schema, prefix: name, isOptional: isOptional, initial: value.flatMap { StructView($0, field.schema) }, into: &list,
          depth: depth + 1)
      case .map: throw .configuration("the field \"\(name)\" is a map, which cannot be flattened; leave it out with ReplaceField")
      default: try list.append(name, field.schema.basics(isOptional: isOptional, defaultValue: value))
      }
    }
  }

  private func flatten(_ view: StructView, into values: inout [ConnectValue]) {
    for (i, field) in view.schema.fields.enumerated() {
      let value = view.value(at: i)
      guard field.schema.kind == .structure else {
        values.append(value)
        continue
      }
      if let inner = StructView(value, field.schema) {
        flatten(inner, into: &values)
      } else {
        values += repeatElement(.null, count: Self.leaves(field.schema))
      }
    }
  }

  private static func leaves(_ schema: ConnectSchema) -> Int {
    schema.fields.reduce(0) { $0 + ($1.schema.kind == .structure ? leaves($1.schema) : 1) }
  }

  private func flatten(
    _ entries: [ConnectValue.Entry], prefix: String, into flat: inout [ConnectValue.Entry], depth: Int
  ) throws(CaptureError) {
    guard depth < Self.depthLimit else { throw .failed("a map is nested deeper than \(Self.depthLimit) levels") }
    for entry in entries {
      guard case .string(let key) = entry.key else { throw .configuration("a map's key is \(entry.key.kindName); expected a string") }
      switch entry.value {
      case .map(let inner): try flatten(inner, prefix: name(prefix, key), into: &flat, depth: depth + 1)
      case .structure: throw .configuration("the field \"\(name(prefix, key))\" is a struct inside a map without a schema")
      default: flat[name(prefix, key)] = entry.value
      }
    }
  }
}
