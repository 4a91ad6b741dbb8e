/// What Kafka says about the names of topics.
enum TopicName {
  static let consumerOffsets = "__consumer_offsets"
  static let transactionState = "__transaction_state"
  /// Longest name: together with the partition it must fit a file name of 255 bytes.
  static let maximumLength = 249

  /// Whether the broker itself writes this topic; clients may read it only.
  static func isInternal(_ name: String) -> Bool { name == consumerOffsets || name == transactionState }

  /// Why Kafka would not take a name, as Kafka says it; nil for a valid one.
  static func problem(with name: String) -> String? {
    if name.isEmpty { return "Topic name is invalid: the empty string is not allowed" }
    if name == "." || name == ".." { return "Topic name is invalid: '\(name)' is not allowed" }
    if name.utf8.count > maximumLength {
      return
        "Topic name is invalid: the length of '\(name.prefix(maximumLength))...' is longer than the max allowed length \(maximumLength)"
    }
    guard name.utf8.allSatisfy(isLegal) else {
      return "Topic name is invalid: '\(name)' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
    }
    return nil
  }

  private static func isLegal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Names that differ only in `.` and `_` would share the name of a metric, so that Kafka lets only one of them exist: this is the form
  /// that they share. Nil for a name with neither.
  static func collisionKey(_ name: String) -> String? {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }) else { return nil }
    return String(decoding: name.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }
}
