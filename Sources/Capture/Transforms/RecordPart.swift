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
}
