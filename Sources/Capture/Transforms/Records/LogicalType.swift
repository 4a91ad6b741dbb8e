/// The types whose values Kafka Connect's own classes hold as `java.util.Date` (`org.apache.kafka.connect.data`).
enum LogicalType: String, Sendable {
  case date = "org.apache.kafka.connect.data.Date"
  case time = "org.apache.kafka.connect.data.Time"
  case timestamp = "org.apache.kafka.connect.data.Timestamp"

  init?(_ schema: ConnectSchema?) {
    guard let name = schema?.name else { return nil }
    self.init(rawValue: name)
  }

  static let millisecondsPerDay: Int64 = 86_400_000

  func schema(isOptional: Bool) -> ConnectSchema {
    ConnectSchema(self == .timestamp ? .int64 : .int32, isOptional: isOptional, name: rawValue, version: 1)
  }

  /// The moment that an encoded value stands for, milliseconds since 1970.
  func milliseconds(_ encoded: Int64) -> Int64 {
    self == .date ? encoded.multipliedReportingOverflow(by: Self.millisecondsPerDay).partialValue : encoded
  }

  /// The encoded value of a moment: its day, its time of day, or itself.
  func encoded(_ milliseconds: Int64) -> Int64 {
    let remainder = milliseconds % Self.millisecondsPerDay
    let time = remainder < 0 ? remainder + Self.millisecondsPerDay : remainder
    switch self {
    case .timestamp: return milliseconds
    case .time: return time
    case .date:
      // Days have 32 bits: dates beyond lose the rest, as they do in Java.
      return Int64(Int32(truncatingIfNeeded: (milliseconds - remainder) / Self.millisecondsPerDay - (remainder < 0 ? 1 : 0)))
    }
  }
}
