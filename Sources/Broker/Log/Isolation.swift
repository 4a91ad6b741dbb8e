/// What a reader may see (`isolation.level`, the numbers are Fetch's and ListOffsets' own).
enum Isolation: Int8, Sendable {
  /// Everything up to the high watermark.
  case readUncommitted = 0
  /// Only up to the last stable offset: nothing of a transaction that is still open.
  case readCommitted = 1
}
