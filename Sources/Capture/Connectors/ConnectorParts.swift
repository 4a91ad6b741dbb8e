/// What a worker needs of one connector.
public struct ConnectorParts: Sendable {
  /// Captures.
  public var runner: any ConnectorRunner
  /// Where it remembers its position.
  public var offsets: any OffsetStore
  /// The topics that it has written to.
  public var topics: ActiveTopics
  /// Looks at the source, to judge a position that somebody wants to set.
  public var inspect: @Sendable () async throws -> SourcePosition

  /// See the properties.
  public init(
    runner: any ConnectorRunner, offsets: any OffsetStore, topics: ActiveTopics,
    inspect: @escaping @Sendable () async throws -> SourcePosition
  ) {
    self.runner = runner
    self.offsets = offsets
    self.topics = topics
    self.inspect = inspect
  }
}

/// Makes the parts of connectors; called again for each run.
public protocol ConnectorFactory: Sendable {
  /// What `${env:NAME}` refers to.
  var environment: [String: String] { get }
  /// - Parameter topics: to be noted by the sink.
  /// - Throws: `CaptureError`, or another error whose text is safe to show, when the configuration cannot be used.
  func parts(_ configuration: ConnectorConfiguration, topics: ActiveTopics) throws -> ConnectorParts
}
