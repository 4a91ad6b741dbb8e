/// Where appended records went.
struct AppendResult: Equatable, Sendable {
  /// Offset of the first record.
  var baseOffset: Int64
  /// Offset of the last record.
  var lastOffset: Int64
  /// Milliseconds since the Unix epoch; -1 where the records keep the producer's timestamps.
  var logAppendTime: Int64
  /// Nothing was written: an idempotent producer sent again what the log has, and these are its offsets.
  var isDuplicate: Bool
}
