/// How far a pass over all logs has come (``TopicCatalogue/sweep(now:scheduler:slice:)``).
struct SweepState {
  /// What is left of the pass, next one last.
  var remaining: [TopicPartition] = []
  /// A slice is under way or scheduled.
  var isRunning = false
}
