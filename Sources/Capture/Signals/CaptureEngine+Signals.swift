extension CaptureEngine {
  /// Sends a signal to the running capture, whatever `signal.enabled.channels` says: what REST and tests do.
  ///
  /// It is checked here and carried out between two transactions by the task that reads the stream; progress is told by notifications.
  /// A signal that is sent while a snapshot of the start is being taken waits for the stream. From any thread.
  /// - Throws: ``SignalError`` for a signal that is not understood, or while too many wait.
  public func send(_ signal: CaptureSignal) throws(SignalError) {
    switch try SignalRequest(signal) {
    case .windowOpen, .windowClose: throw SignalError(signal, "watermarks are written by the capture itself")
    default: break
    }
    guard inbox.offer(signal) else { throw SignalError(signal, "\(SignalInbox.capacity) signals wait already: try again later") }
  }
}
