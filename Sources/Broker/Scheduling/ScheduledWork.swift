/// Work handed to a ``Scheduler`` that may still be called off.
protocol ScheduledWork {
  /// Calls the work off; does nothing when it already ran.
  func cancel()
}
