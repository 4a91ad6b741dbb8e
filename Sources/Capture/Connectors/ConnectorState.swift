/// The states of connectors and tasks as Kafka Connect's REST API names them.
public enum ConnectorState: String, Sendable, Hashable {
  /// It captures, or waits for a database or a broker that went away.
  case running = "RUNNING"
  /// Asked to send nothing.
  case paused = "PAUSED"
  /// Asked not to run.
  case stopped = "STOPPED"
  /// Ended by an error; the trace says which.
  case failed = "FAILED"
  /// Between two runs, because somebody asked for it or changed the configuration.
  case restarting = "RESTARTING"
  /// Not connected yet, or standing by.
  case unassigned = "UNASSIGNED"
}
