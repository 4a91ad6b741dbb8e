internal import FoundationEssentials

/// The 22 characters in which Kafka's tools and files show a UUID: URL-safe Base64 of its 16 bytes, without padding.
extension KafkaUUID {
  var text: String {
    var bytes = Data(capacity: 16)
    for half in [high, low] {
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift))) }
    }
    let encoded = bytes.base64EncodedString().map { (character: Character) -> Character in
      switch character {
      case "+": "-"
      case "/": "_"
      default: character
      }
    }
    return String(encoded.prefix(22))
  }

  /// Nil for anything that `text` would not have written.
  init?(text: String) {
    guard text.utf8.count == 22 else { return nil }
    let standard = text.map { (character: Character) -> Character in
      switch character {
      case "-": "+"
      case "_": "/"
      default: character
      }
    }
    guard let bytes = Data(base64Encoded: String(standard) + "=="), bytes.count == 16 else { return nil }
    self.init(
      high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }
}
