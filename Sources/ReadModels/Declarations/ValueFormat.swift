/// How a value is written in a document where its type's own way is not wanted.
enum ValueFormat: String, Sendable, Hashable, CaseIterable {
  /// PostgreSQL's text in a JSON string: for numbers that clients would read as doubles, or JSON to be kept letter by letter.
  case string
  /// `2026-01-31T12:00:00.000000Z`: the default of timestamps.
  case iso
  /// Milliseconds since 1970.
  case epochMilliseconds = "epoch_ms"
  /// Microseconds since 1970.
  case epochMicroseconds = "epoch_us"
  /// The default of `bytea`.
  case base64
  case hex
}
