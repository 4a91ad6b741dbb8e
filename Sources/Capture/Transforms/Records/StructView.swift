/// A struct's values beside their schema (`org.apache.kafka.connect.data.Struct`).
struct StructView {
  let schema: ConnectSchema
  let values: [ConnectValue]

  /// nil for a value that is no struct.
  init?(_ value: ConnectValue, _ schema: ConnectSchema?) {
    guard case .structure(let values) = value, let schema else { return nil }
    self.schema = schema
    self.values = values
  }

  /// A field's value; a null becomes the field's default, if `withDefault`.
  func value(at index: Int, withDefault: Bool = true) -> ConnectValue {
    let value = values.indices.contains(index) ? values[index] : .null
    guard withDefault, value.isNull, schema.fields.indices.contains(index) else { return value }
    return schema.fields[index].schema.defaultValue ?? .null
  }

  /// - Throws: `CaptureError` if there is no such field.
  func index(of field: String) throws(CaptureError) -> Int {
    guard let index = schema.index(of: field) else {
      let names = schema.fields.map(\.name).joined(separator: ", ")
      throw .configuration("there is no field \"\(field)\"; the record has \(names.isEmpty ? "none" : names)")
    }
    return index
  }

  /// - Throws: `CaptureError` if there is no such field.
  func value(of field: String, withDefault: Bool = true) throws(CaptureError) -> ConnectValue {
    value(at: try index(of: field), withDefault: withDefault)
  }

  /// A text field's value; nil for null (`Struct.getString`).
  func string(of field: String) throws(CaptureError) -> String? {
    let index = try index(of: field)
    guard schema.fields[index].schema.kind == .string else { throw mismatch(index, "a string") }
    guard case .string(let text) = value(at: index) else { return nil }
    return text
  }

  /// An integer field's value; nil for null (`Struct.getInt32`, `Struct.getInt64`).
  func integer(of field: String, _ kind: ConnectSchema.Kind) throws(CaptureError) -> Int64? {
    let index = try index(of: field)
    guard schema.fields[index].schema.kind == kind else { throw mismatch(index, kind.rawValue) }
    guard case .integer(let number) = value(at: index) else { return nil }
    return number
  }

  private func mismatch(_ index: Int, _ expected: String) -> CaptureError {
    .configuration("field \"\(schema.fields[index].name)\" is of type \(schema.fields[index].schema.kind.rawValue); expected \(expected)")
  }

  /// The struct of another schema: `value` gives what stands in each field.
  static func make(
    _ schema: ConnectSchema, _ value: (Int) throws(CaptureError) -> ConnectValue
  ) throws(CaptureError) -> ConnectValue {
    var values: [ConnectValue] = []
    values.reserveCapacity(schema.fields.count)
    for (i, field) in schema.fields.enumerated() { values.append(try checked(try value(i), for: field)) }
    return .structure(values)
  }

  /// A value, if the field may hold it: a required one holds no null (`Struct.put`).
  static func checked(_ value: ConnectValue, for field: ConnectSchema.Field) throws(CaptureError) -> ConnectValue {
    guard value.isNull, !field.schema.isOptional else { return value }
    throw .failed("null stands for the required field \"\(field.name)\"")
  }
}
