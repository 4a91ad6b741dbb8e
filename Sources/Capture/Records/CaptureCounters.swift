/// What was read so far, for metrics. Values only grow.
struct CaptureCounters: Hashable, Sendable {
  var events = 0
  var creates = 0
  var updates = 0
  var deletes = 0
  var filtered = 0
  var erroneous = 0
  var transactions = 0
  var snapshotRows = 0
  /// Updates that changed nothing of the record (`skip.messages.without.change`).
  var unchanged = 0
}
