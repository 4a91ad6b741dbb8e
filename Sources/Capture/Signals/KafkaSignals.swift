internal import Kafka
internal import Logging

/// The channel `kafka`: partition 0 of a topic, records whose key is the connector's `topic.prefix`.
///
/// Where to go on stands in the connector's offset, beside what the signals did; the group's offset follows it, for people and for connectors
/// that come without an offset.
actor KafkaSignals: SignalChannel {
  private let settings: SignalSettings
  private let prefix: String
  private let logger: Logger
  private var consumer: Consumer?
  private var committed: Int64 = 0

  init(_ configuration: ConnectorConfiguration, logger: Logger) {
    settings = configuration.signals
    prefix = configuration.topicPrefix
    self.logger = logger
  }

  nonisolated var waits: Bool { true }
  private var partition: TopicPartition { TopicPartition(topic: settings.topic, partition: 0) }

  func close() async {
    let open = consumer
    consumer = nil
    _ = await open?.close(deadline: .seconds(2))
  }

  func read(from stored: SignalPositions) async throws -> [Result<CaptureSignal, SignalError>] {
    do {
      let consumer = try await open(stored)
      if let next = stored.kafka, next > committed {
        _ = try await consumer.commit([partition: next])
        committed = next
      }
      guard
        let batch = try await consumer.nextBatch(maxRecords: 100, maxBytes: 4 << 20, maxWait: max(settings.pollTimeout, .milliseconds(100)))
      else { return [] }
      return batch.records().compactMap(signal)
    } catch {
      // Begun again from the stored offset: what was handed on meanwhile is known there as handled.
      await close()
      throw error
    }
  }

  private func open(_ stored: SignalPositions) async throws -> Consumer {
    if let consumer { return consumer }
    var extra = settings.consumer
    for key in ["key.deserializer", "value.deserializer", "enable.auto.commit", "bootstrap.servers", "group.id", "client.id"] {
      extra[key] = nil
    }
    let made = try Consumer(
      configuration: ConsumerConfiguration(
        bootstrapServers: settings.consumer["bootstrap.servers"] ?? settings.bootstrapServers ?? "",
        groupID: settings.consumer["group.id"] ?? settings.groupID, clientID: settings.consumer["client.id"] ?? "\(prefix)-signals",
        extra: extra), logger: logger)
    consumer = made
    try await made.assign([partition: stored.kafka.map { .at($0) } ?? .committed])
    return made
  }

  private func signal(_ record: ConsumerRecord) -> Result<CaptureSignal, SignalError>? {
    guard let key = record.key, String(decoding: key, as: UTF8.self) == prefix else {
      logger.debug("a signal is for another connector", metadata: ["offset": "\(record.offset)"])
      return nil
    }
    guard let value = record.value, !value.isEmpty else { return nil }
    do throws(SignalError) { return .success(try CaptureSignal(parsing: value, origin: .kafka(offset: record.offset))) } catch {
      return .failure(error)
    }
  }
}
