@testable import Capture
@testable import ChangeEvents

/// Reads what Kafka Connect's JsonConverter writes, schemas and values.
enum ConnectJSON {
  struct Unreadable: Error {
    var what: String
  }

  static func schema(_ node: JSONDocument) throws -> ConnectSchema {
    guard let type = node["type"]?.string, let kind = ConnectSchema.Kind(rawValue: type) else {
      throw Unreadable(what: "schema \(node.text)")
    }
    var parameters: [ConnectSchema.Parameter] = []
    if case .object(let members)? = node["parameters"] {
      parameters = members.map { .init(name: $0.name, value: $0.value.string ?? "") }.sorted { $0.name < $1.name }
    }
    var fields: [ConnectSchema.Field] = []
    if case .array(let elements)? = node["fields"] {
      fields = try elements.map { .init(name: $0["field"]?.string ?? "", schema: try schema($0)) }
    }
    func inner(_ name: String) throws -> ConnectSchema? { try node[name].flatMap { $0 == .null ? nil : try schema($0) } }
    let elements = try inner(kind == .array ? "items" : "values")
    let bare = ConnectSchema(kind, fields: fields, keys: try inner("keys"), elements: elements)
    return ConnectSchema(
      kind, isOptional: node["optional"]?.bool ?? false, name: node["name"]?.string, version: node["version"]?.integer.map { Int32($0) },
      doc: node["doc"]?.string, parameters: parameters, defaultValue: try node["default"].map { try value($0, bare) }, fields: fields,
      keys: bare.keys, elements: elements)
  }

  static func value(_ node: JSONDocument, _ schema: ConnectSchema?) throws -> ConnectValue {
    guard let schema else { return inferred(node) }
    switch (schema.kind, node) {
    case (_, .null): return .null
    case (.boolean, .bool(let flag)): return .boolean(flag)
    case (.int8, .number(let text)), (.int16, .number(let text)), (.int32, .number(let text)), (.int64, .number(let text)):
      return .integer(Int64(text) ?? 0)
    case (.float32, .number(let text)), (.float32, .string(let text)): return .float32(Float(text) ?? .nan)
    case (.float64, .number(let text)), (.float64, .string(let text)): return .float64(Double(text) ?? .nan)
    case (.string, .string(let text)): return .string(text)
    case (.bytes, .string(let text)):
      var bytes: [UInt8] = []
      _ = Array(text.utf8).withUnsafeBytes { Base64.decode($0, into: &bytes) }
      return .bytes(bytes)
    case (.array, .array(let elements)): return .array(try elements.map { try value($0, schema.elements) })
    case (.map, .object(let members)):
      return .map(try members.map { .init(key: .string($0.name), value: try value($0.value, schema.elements)) })
    case (.map, .array(let pairs)):
      return .map(
        try pairs.map { pair in
          guard case .array(let parts) = pair, parts.count == 2 else { throw Unreadable(what: "map") }
          return .init(key: try value(parts[0], schema.keys), value: try value(parts[1], schema.elements))
        })
    case (.structure, .object): return .structure(try schema.fields.map { try value(node[$0.name] ?? .null, $0.schema) })
    default: throw Unreadable(what: "\(node.text) as \(schema.kind.rawValue)")
    }
  }

  private static func inferred(_ node: JSONDocument) -> ConnectValue {
    switch node {
    case .null: .null
    case .bool(let flag): .boolean(flag)
    case .number(let text): Int64(text).map { .integer($0) } ?? .float64(Double(text) ?? .nan)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(inferred))
    case .object(let members): .map(members.map { .init(key: .string($0.name), value: inferred($0.value)) })
    }
  }
}
