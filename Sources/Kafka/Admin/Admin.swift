internal import CRDKafka
public import Logging

/// Looks after a cluster: topics, groups, offsets, records, configuration, access.
///
/// Every call has a deadline, `AdminConfiguration.timeout`. Calls about several things answer for each of them: what they return as
/// failures is empty if all went well. A broker without such a request (librdkafka's mock has none of them) answers with
/// `unsupportedFeature`.
public final class Admin: Sendable {
  let configuration: AdminConfiguration
  let handle: ClientHandle

  /// Makes the client; connecting happens in the background.
  /// - Throws: `KafkaError` (`invalidArgument`) naming every configuration key that is wrong.
  public init(configuration: AdminConfiguration, logger: Logger) throws {
    let context = ClientContext(role: "admin", configuration: configuration, logger: logger)
    handle = try configuration.native().makeClient(RD_KAFKA_PRODUCER, events: 0, context: context)
    self.configuration = configuration
  }

  /// Asks through another client's connections.
  init(configuration: AdminConfiguration, handle: ClientHandle) {
    self.configuration = configuration
    self.handle = handle
  }

  /// Both ends of each partition, asked of the brokers.
  public func watermarks(for partitions: [TopicPartition]) async throws -> [TopicPartition: Watermarks] {
    try await handle.watermarks(for: partitions, timeout: configuration.timeout)
  }

  /// For each partition the offset of the first record at or after a time; left out where there is none.
  /// - Parameter times: milliseconds since 1970.
  public func offsets(forTimes times: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
    try await handle.offsets(forTimes: times, timeout: configuration.timeout)
  }
}
