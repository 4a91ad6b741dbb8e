/// What somebody wants a connector to do; Kafka Connect's target states.
public enum ConnectorTarget: String, Sendable, Hashable {
  /// Capture.
  case started = "STARTED"
  /// Keep the slot and the connections, send nothing.
  case paused = "PAUSED"
  /// Do not run; offsets may be changed.
  case stopped = "STOPPED"
}
