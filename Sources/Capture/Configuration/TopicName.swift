/// Names of topics as Debezium makes them.
enum TopicName {
  /// The longest name that Kafka takes.
  static let longest = 249

  static func isLegal(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x2D, 0x2E, 0x5F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  /// Replaces each character that Kafka does not allow by an underscore and cuts what is too long, as Debezium's naming strategy does.
  static func sanitized(_ name: String) -> String {
    // Java counts UTF-16 units: a character beyond the BMP becomes two underscores.
    let legal = String(decoding: name.utf16.map { $0 < 128 && isLegal(UInt8($0)) ? UInt8($0) : UInt8(ascii: "_") }, as: UTF8.self)
    if legal == "." || legal == ".." { return String(repeating: "_", count: legal.count) }
    return String(legal.prefix(longest))
  }
}
