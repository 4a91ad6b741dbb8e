/// How a worker runs its connectors.
public struct ConnectorWorkerOptions: Sendable, Hashable {
  /// True: connectors are made, changed and deleted by requests, the failure of one ends nothing else, and the worker lives until it is
  /// stopped. False: the connectors it was given are all there are; the worker ends when all have come to their end, and fails with
  /// the first that fails, after the others stopped in order.
  public var isManaged: Bool
  /// `worker_id` of Kafka Connect's answers: where the REST API listens.
  public var workerID: String
  /// How long a connector may take to stop in order before it is cancelled.
  public var stopDeadline: Duration
  /// The longest wait before a managed connector that failed is tried again by itself.
  public var retryCap: Duration

  /// See the properties.
  public init(
    isManaged: Bool, workerID: String = "127.0.0.1:8083", stopDeadline: Duration = .seconds(20), retryCap: Duration = .seconds(60)
  ) {
    self.isManaged = isManaged
    self.workerID = workerID
    self.stopDeadline = stopDeadline
    self.retryCap = retryCap
  }
}
