/// `table.expand.json.payload`: JSON text as a struct, its schema inferred from the text alone.
struct PayloadExpansion {
  private let name: String
  private let keepsNulls: Bool
  private let keepsEmptyArrays: Bool
  /// Deeper documents are left as text.
  private static let depthLimit = 64

  init(_ settings: EventRouterSettings) {
    name = settings.payloadColumn
    keepsNulls = settings.keepsNulls
    keepsEmptyArrays = settings.keepsEmptyArrays
  }

  /// - Throws: `CaptureError` for text that is no JSON object, and for arrays whose elements are of several types.
  func expand(_ text: String) throws(CaptureError) -> (schema: ConnectSchema, value: ConnectValue) {
    guard text.hasPrefix("{") else { throw .failed("the text is no JSON object") }
    let document: JSONDocument
    do { document = try JSONDocument(parsingStartOf: text.utf8) } catch {
      throw .failed("line \(error.line), column \(error.column): \(error.reason)")
    }
    guard let schema = try schema(of: document, key: name) else { throw .failed("no schema can be inferred") }
    return (schema, try value(document, schema))
  }

  // MARK: - Schemas

  /// The schema of a value; nil for one that is left out.
  private func schema(of node: JSONDocument, key: String?) throws(CaptureError) -> ConnectSchema? {
    switch node {
    case .string: return .optionalString
    case .bool: return ConnectSchema(.boolean, isOptional: true)
    case .number(let text): return ConnectSchema(Self.kind(ofNumber: text), isOptional: true)
    case .null: return keepsNulls ? ConnectSchema(.bytes, isOptional: true) : nil
    case .array(let elements):
      guard !elements.isEmpty else {
        return keepsEmptyArrays ? ConnectSchema(.array, isOptional: true, elements: .optionalString) : nil
      }
      return ConnectSchema(.array, isOptional: true, elements: try elementSchema(elements, key: key))
    case .object(let members):
      var list = FieldList()
      for member in members where !list.contains(member.name) {
        let inner = (key.map { $0.trimmingSpace().isEmpty ? "" : $0 + "." } ?? "") + member.name
        if let schema = try schema(of: member.value, key: inner) { try list.append(member.name, schema) }
      }
      return ConnectSchema(.structure, isOptional: true, name: key, fields: list.fields)
    }
  }

  private static func kind(ofNumber text: String) -> ConnectSchema.Kind {
    guard !text.contains(where: { $0 == "." || $0 == "e" || $0 == "E" }) else { return .float64 }
    return Int32(text) != nil ? .int32 : Int64(text) != nil ? .int64 : .float64
  }

  private func elementSchema(_ elements: [JSONDocument], key: String?) throws(CaptureError) -> ConnectSchema {
    let present = elements.filter { $0 != .null }
    let sample = present.first ?? .null
    for element in present where element.kind != sample.kind { throw .failed("an array holds \(sample.kind) and \(element.kind)") }
    if case .number(let first) = sample {
      for case .number(let text) in present where Self.kind(ofNumber: text) != Self.kind(ofNumber: first) {
        throw .failed("an array holds numbers of several types")
      }
    }
    guard case .object = sample else {
      guard let schema = try schema(of: sample, key: nil) else { throw .failed("no schema can be inferred of an array's elements") }
      return schema
    }
    var distinct: [ConnectSchema] = []
    for element in present {
      if let schema = try schema(of: element, key: key), !distinct.contains(schema) { distinct.append(schema) }
    }
    guard var merged = distinct.first else { throw .failed("no schema can be inferred of an array's elements") }
    for other in distinct.dropFirst() { merged = Self.merged(merged, other) }
    return merged
  }

  /// The fields of both; one that was null in the first (bytes) takes the second's type. What is merged is no longer optional.
  private static func merged(_ a: ConnectSchema, _ b: ConnectSchema) -> ConnectSchema {
    var fields = a.fields
    for field in b.fields {
      if let i = fields.firstIndex(where: { $0.name == field.name }) {
        if fields[i].schema.kind == .bytes, field.schema.kind != .bytes { fields[i] = field }
      } else {
        fields.append(field)
      }
    }
    return a.basics(.structure, fields: fields)
  }

  // MARK: - Values

  private func value(_ node: JSONDocument, _ schema: ConnectSchema) throws(CaptureError) -> ConnectValue {
    let unfit = CaptureError.failed("\(node.kind) stands where \(schema.kind.rawValue) was inferred")
    switch node {
    case .null: return .null
    case .string(let text):
      guard schema.kind == .string else { throw unfit }
      return .string(text)
    case .bool(let flag):
      guard schema.kind == .boolean else { throw unfit }
      return .boolean(flag)
    case .number(let text):
      guard Self.kind(ofNumber: text) == schema.kind else { throw unfit }
      if let number = Int64(text), schema.kind != .float64 { return .integer(number) }
      // A whole number beyond 64 bits has no type.
      guard text.contains(where: { $0 == "." || $0 == "e" || $0 == "E" }), let number = Double(text) else { throw unfit }
      return .float64(number)
    case .array(let elements):
      guard schema.kind == .array, let inner = schema.elements else { throw unfit }
      return .array(
        try elements.map { (element) throws(CaptureError) in
          try StructView.checked(try value(element, inner), for: .init(name: schema.name ?? "element", schema: inner))
        })
    case .object:
      guard schema.kind == .structure else { throw unfit }
      return try StructView.make(schema) { (i) throws(CaptureError) in
        try node[schema.fields[i].name].map { (member) throws(CaptureError) in try value(member, schema.fields[i].schema) } ?? .null
      }
    }
  }
}
