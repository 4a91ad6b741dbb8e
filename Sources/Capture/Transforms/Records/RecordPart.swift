/// What a transform's class name says it works on: `$Key` or `$Value`.
enum RecordPart: String, Sendable {
  case key = "Key"
  case value = "Value"

  func schema(of record: ConnectRecord) -> ConnectSchema? { self == .key ? record.keySchema : record.valueSchema }

  func value(of record: ConnectRecord) -> ConnectValue { self == .key ? record.key : record.value }

  func set(_ schema: ConnectSchema?, _ value: ConnectValue, in record: inout ConnectRecord) {
    switch self {
    case .key:
      record.keySchema = schema
      record.key = value
    case .value:
      record.valueSchema = schema
      record.value = value
    }
  }

  /// The struct that stands here.
  ///
  /// - Throws: `CaptureError` for all else (`Requirements.requireStruct`).
  func structure(of record: ConnectRecord) throws(CaptureError) -> StructView {
    if let view = StructView(value(of: record), schema(of: record)) { return view }
    throw .configuration(
      "expected a struct as the record's \(rawValue.lowercased()), found \(value(of: record).kindName); give the transform a predicate")
  }

  /// The map that stands here without a schema.
  ///
  /// - Throws: `CaptureError` for all else, such as a tombstone (`Requirements.requireMap`).
  func map(of record: ConnectRecord) throws(CaptureError) -> [ConnectValue.Entry] {
    if case .map(let entries) = value(of: record) { return entries }
    throw .configuration(
      "expected fields in the record's \(rawValue.lowercased()), found \(value(of: record).kindName); "
        + "give the transform a predicate, such as RecordIsTombstone with negate=true")
  }
}

extension ConnectValue {
  /// What stands here, in a word, for messages: never the value itself.
  var kindName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .float32, .float64: "a number"
    case .string: "a string"
    case .bytes: "bytes"
    case .array: "an array"
    case .map: "a map"
    case .structure: "a struct"
    }
  }
}

extension [ConnectValue.Entry] {
  /// The value under a name, of a map without a schema; null if there is none.
  subscript(name: String) -> ConnectValue {
    get { first { $0.key == .string(name) }?.value ?? .null }
    set {
      if let i = firstIndex(where: { $0.key == .string(name) }) {
        self[i].value = newValue
      } else {
        append(ConnectValue.Entry(key: .string(name), value: newValue))
      }
    }
  }
}
