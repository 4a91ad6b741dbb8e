internal import Synchronization

/// The topics that a connector has written to since the process began, or since somebody asked to forget them.
public final class ActiveTopics: Sendable {
  private let names = Mutex<Set<String>>([])

  /// None.
  public init() {}

  /// In alphabetical order.
  public var sorted: [String] { names.withLock { $0.sorted() } }

  /// Forgets them: `PUT /connectors/{name}/topics/reset`.
  public func reset() { names.withLock { $0 = [] } }

  func add(_ more: Set<String>) { names.withLock { $0.formUnion(more) } }
}

/// A sink that notes which topics its records go to.
public struct TopicTrackingSink: RecordSink {
  private let sink: any RecordSink
  private let topics: ActiveTopics

  /// - Parameter topics: where they are noted.
  public init(_ sink: any RecordSink, topics: ActiveTopics) {
    self.sink = sink
    self.topics = topics
  }

  /// See `RecordSink`.
  public func open() async throws { try await sink.open() }

  /// See `RecordSink`.
  public func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
    topics.add(batch.topics)
    return try await sink.write(batch)
  }

  /// See `RecordSink`.
  public func abandon() async { await sink.abandon() }

  /// See `RecordSink`.
  public func close(deadline: Duration) async { await sink.close(deadline: deadline) }
}

extension CapturedBatch {
  /// Neighbours mostly go to the same topic, whose name is then the same string.
  fileprivate var topics: Set<String> {
    var result: Set<String> = []
    var last: String?
    for entry in entries where entry.topic != last {
      last = entry.topic
      result.insert(entry.topic)
    }
    return result
  }
}
