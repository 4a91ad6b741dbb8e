/// Texts that come from errors and people, made fit for a column of a database.
enum StoredText {
  /// The longest text, in bytes of UTF-8.
  static let maxBytes = 1024

  /// At most ``maxBytes``, cut where a character begins, and without NUL, which PostgreSQL's text cannot hold: one handler's sentence must not keep its
  /// record from being parked for ever.
  static func bounded(_ text: String, _ limit: Int = maxBytes) -> String {
    let bytes = text.utf8.filter { $0 != 0 }
    guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
    var end = limit
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
