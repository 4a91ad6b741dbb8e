/// How one sync on the flusher's thread ended.
struct FlushOutcome: Sendable {
  var upTo: Int64
  var nanoseconds: Int64
  var error: LogError?
}
