/// A record found by its timestamp.
struct TimestampedOffset: Equatable, Sendable {
  var offset: Int64
  /// Milliseconds since the Unix epoch.
  var timestamp: Int64
}
