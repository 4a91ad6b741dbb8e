internal import ChangeEvents

extension ConnectSchema {
  /// The schema as JsonConverter writes it: members in its order, those that are not set left out.
  func writeJSON(to writer: inout JSONWriter, field: String? = nil) {
    writer.raw("{\"type\":\"")
    writer.raw(Array(kind.rawValue.utf8))
    writer.raw(UInt8(ascii: "\""))
    switch kind {
    case .array:
      writer.raw(",\"items\":")
      if let elements { elements.writeJSON(to: &writer) } else { writer.null() }
    case .map:
      writer.raw(",\"keys\":")
      if let keys { keys.writeJSON(to: &writer) } else { writer.null() }
      writer.raw(",\"values\":")
      if let elements { elements.writeJSON(to: &writer) } else { writer.null() }
    case .structure:
      writer.raw(",\"fields\":[")
      for (i, field) in fields.enumerated() {
        if i > 0 { writer.raw(UInt8(ascii: ",")) }
        field.schema.writeJSON(to: &writer, field: field.name)
      }
      writer.raw(UInt8(ascii: "]"))
    default: break
    }
    writer.raw(",\"optional\":")
    writer.bool(isOptional)
    if let name {
      writer.raw(",\"name\":")
      writer.string(name)
    }
    if let version {
      writer.raw(",\"version\":")
      writer.integer(Int64(version))
    }
    if let doc {
      writer.raw(",\"doc\":")
      writer.string(doc)
    }
    if !parameters.isEmpty { writeParameters(to: &writer) }
    if let defaultValue {
      writer.raw(",\"default\":")
      let start = writer.count
      do { try JSONConverter.write(defaultValue, schema: self, to: &writer) } catch {
        // A default that does not fit its own schema cannot be made by this program; none is better than half a document.
        writer.truncate(to: start)
        writer.null()
      }
    }
    if let field {
      writer.raw(",\"field\":")
      writer.string(field)
    }
    writer.raw(UInt8(ascii: "}"))
  }

  /// `{"schema":…,"payload":`, what stands before a value with its schema; `}` follows the value.
  var wrapperHead: [UInt8] {
    var writer = JSONWriter(capacity: 4096)
    writer.raw("{\"schema\":")
    writeJSON(to: &writer)
    writer.raw(",\"payload\":")
    return writer.copyBytes()
  }

  private func writeParameters(to writer: inout JSONWriter) {
    writer.raw(",\"parameters\":{")
    for (i, parameter) in parameters.enumerated() {
      if i > 0 { writer.raw(UInt8(ascii: ",")) }
      writer.string(parameter.name)
      writer.raw(UInt8(ascii: ":"))
      writer.string(parameter.value)
    }
    writer.raw(UInt8(ascii: "}"))
  }
}
