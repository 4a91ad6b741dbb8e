/// A connector and its task as `GET /connectors/{name}/status` shows them.
public struct ConnectorStatus: Sendable, Hashable {
  /// The connector, or its task.
  public struct Part: Sendable, Hashable {
    /// Its state.
    public var state: ConnectorState
    /// Why it failed, one line; nil unless it did.
    public var trace: String?

    /// See the properties.
    public init(_ state: ConnectorState, trace: String? = nil) {
      self.state = state
      self.trace = trace
    }
  }

  /// The connector's name.
  public var name: String
  /// Whether its configuration can be used.
  public var connector: Part
  /// The one task, with the number 0; nil where there is none (stopped, or the configuration cannot be used).
  public var task: Part?
  /// Where it runs: the worker's address.
  public var workerID: String
  /// What the engine says of itself; nil where none runs.
  public var capture: CaptureStatus?

  /// Whether the connector or its task has failed.
  public var hasFailed: Bool { connector.state == .failed || task?.state == .failed }
}
