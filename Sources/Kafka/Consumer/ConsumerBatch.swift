internal import CRDKafka

/// Records as librdkafka fetched them, read in place. Partitions are mixed, each in the order of its offsets.
///
/// Owns the memory until it is released; while it lives it counts against the consumer's queue.
public final class ConsumerBatch: Sendable {
  /// How many records there are.
  public let count: Int
  /// Bytes of all keys and values.
  public let byteCount: Int
  /// The partitions that have records here, in the order of their first ones.
  public let partitions: [TopicPartition]

  // SAFETY: `count` messages owned by this object, never written to, destroyed in deinit.
  private nonisolated(unsafe) let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>?
  /// Topic handles of the messages, with their names.
  private nonisolated(unsafe) let topics: [(handle: OpaquePointer, name: String)]
  /// Messages are memory of the client, which must not go before them.
  private let handle: ClientHandle

  init(_ fetched: FetchedMessages, handle: ClientHandle) {
    count = fetched.count
    byteCount = fetched.byteCount
    messages = fetched.messages
    topics = fetched.topics
    partitions = fetched.partitions
    self.handle = handle
  }

  deinit {
    guard let messages else { return }
    for index in 0..<count { rd_kafka_message_destroy(messages[index]) }
    messages.deallocate()
  }

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }

  /// Lends the record at `index` to `body`.
  /// - Precondition: `index` is in `0..<count`.
  public func withRecord<R>(at index: Int, _ body: (borrowing RecordView) throws -> R) rethrows -> R {
    precondition(index >= 0 && index < count, "record \(index) of a batch of \(count)")
    return try body(view(at: index))
  }

  /// Lends every record in turn: the fastest way through a batch.
  public func forEach(_ body: (borrowing RecordView) throws -> Void) rethrows {
    for index in 0..<count { try body(view(at: index)) }
  }

  /// Copies of all records, which may be kept.
  public func records() -> [ConsumerRecord] { runs().flatMap(\.self) }

  /// The same copies, cut where the partition changes: none of them is empty.
  public func runs() -> [[ConsumerRecord]] {
    var runs: [[ConsumerRecord]] = []
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, view(at: end).isOfSamePartition(as: view(at: start)) { end += 1 }
      runs.append(run(start..<end))
      start = end
    }
    return runs
  }

  /// Records of one partition. They share their topic's name, and their headers as long as those say the same, since making them anew costs more
  /// than all the rest; but no two runs do: threads that count references to the same memory wait for each other.
  private func run(_ range: Range<Int>) -> [ConsumerRecord] {
    let topic = String(decoding: Array(view(at: range.lowerBound).topic.utf8), as: UTF8.self)
    var headers: [Header] = []
    return range.map { index in
      let view = view(at: index)
      if !view.hasHeaders(headers) { headers = view.headers }
      return view.record(topic: topic, headers: headers)
    }
  }

  /// For each partition the offset after its last record here: what to commit when all of the batch is done.
  public var nextOffsets: [TopicPartition: Int64] {
    var next: [TopicPartition: Int64] = [:]
    var open = Set(partitions)
    var index = count - 1
    while index >= 0, !open.isEmpty {
      let view = view(at: index)
      if open.remove(view.topicPartition) != nil { next[view.topicPartition] = view.offset + 1 }
      index -= 1
    }
    return next
  }

  func name(of topic: OpaquePointer?) -> String {
    topics.first { $0.handle == topic }?.name ?? ""
  }

  private func view(at index: Int) -> RecordView {
    // Never nil: `count` is zero if there are no messages, and each of the `count` pointers was checked when it was fetched.
    RecordView(messages.unsafelyUnwrapped[index].unsafelyUnwrapped, of: Unmanaged.passUnretained(self))
  }
}
