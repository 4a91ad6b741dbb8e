/// A value in Kafka Connect's terms. What it means (a date, a decimal, an enum's label) is its schema's matter.
enum ConnectValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// int8 to int64.
  case integer(Int64)
  case float32(Float)
  case float64(Double)
  case string(String)
  case bytes([UInt8])
  case array([ConnectValue])
  /// In the order in which the entries are written.
  case map([Entry])
  /// A value for each of the schema's fields, in their order.
  case structure([ConnectValue])

  struct Entry: Hashable, Sendable {
    var key: ConnectValue
    var value: ConnectValue
  }

  var isNull: Bool { self == .null }
}
