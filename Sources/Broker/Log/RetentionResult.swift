/// What retention removed from a log.
struct RetentionResult: Equatable, Sendable {
  var deletedSegments = 0
  var deletedBytes: Int64 = 0
}
