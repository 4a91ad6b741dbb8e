/// Records for `Producer.enqueue`, the way to write many without an allocation for each: all bytes are copied once into one arena.
///
/// Keep one, fill it, hand it over, `removeAll(keepingCapacity: true)`, fill it again.
public struct RecordBatch: Sendable {
  /// Where a record's parts stand. A count of -1 is NULL, which is not empty.
  struct Entry {
    var topic: Int32
    var partition: Int32
    var timestamp: Int64
    var key: Span
    var value: Span
    var firstHeader: Int32
    var headerCount: Int32

    /// Neither headers nor a timestamp: can take librdkafka's fast road.
    var isPlain: Bool { headerCount == 0 && timestamp == 0 }
  }

  /// A piece of the arena; a count of -1 is NULL.
  struct Span {
    var start: Int
    var count: Int
    static let null = Span(start: 0, count: -1)
  }

  struct HeaderEntry {
    var name: Span
    var value: Span
  }

  private(set) var arena: [UInt8] = []
  private(set) var entries: [Entry] = []
  private(set) var headers: [HeaderEntry] = []
  private(set) var topics: [String] = []
  private var lastTopic: Int32 = -1

  /// Makes an empty batch.
  /// - Parameters:
  ///   - reservingRecords: how many records to make room for at once.
  ///   - reservingBytes: how many bytes of keys, values and headers to make room for at once.
  public init(reservingRecords: Int = 0, reservingBytes: Int = 0) {
    entries.reserveCapacity(reservingRecords)
    arena.reserveCapacity(reservingBytes)
  }

  /// How many records there are.
  public var count: Int { entries.count }

  /// Whether there are none.
  public var isEmpty: Bool { entries.isEmpty }

  /// Bytes of all keys, values and headers.
  public var byteCount: Int { arena.count }

  /// Adds a record at the end, copying its bytes.
  /// - Parameters:
  ///   - partition: nil leaves the choice to the partitioner.
  ///   - timestamp: milliseconds since 1970; nil is the moment of sending.
  ///   - key: nil is NULL.
  ///   - value: nil is NULL.
  public mutating func append(
    topic: String, partition: Int32? = nil, timestamp: Int64? = nil, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    headers: [Header] = []
  ) {
    let topic = number(of: topic)
    let keySpan = store(key)
    let valueSpan = store(value)
    let firstHeader = Int32(truncatingIfNeeded: self.headers.count)
    for header in headers { store(header) }
    entries.append(
      Entry(
        topic: topic, partition: partition ?? -1, timestamp: timestamp ?? 0, key: keySpan, value: valueSpan, firstHeader: firstHeader,
        headerCount: Int32(truncatingIfNeeded: headers.count)))
  }

  /// Adds a record at the end, copying its bytes.
  public mutating func append(_ record: ProducerRecord) {
    withBytes(record.key) { key in
      withBytes(record.value) { value in
        append(
          topic: record.topic, partition: record.partition, timestamp: record.timestamp, key: key, value: value, headers: record.headers)
      }
    }
  }

  /// Empties the batch.
  public mutating func removeAll(keepingCapacity: Bool = true) {
    arena.removeAll(keepingCapacity: keepingCapacity)
    entries.removeAll(keepingCapacity: keepingCapacity)
    headers.removeAll(keepingCapacity: keepingCapacity)
    // The few names stay known; forgetting them would only cost a look-up for the next record.
    if !keepingCapacity {
      topics.removeAll()
      lastTopic = -1
    }
  }

  private mutating func store(_ bytes: UnsafeRawBufferPointer?) -> Span {
    guard let bytes else { return .null }
    let start = arena.count
    arena.append(contentsOf: bytes)
    return Span(start: start, count: bytes.count)
  }

  private mutating func store(_ header: Header) {
    let nameStart = arena.count
    arena.append(contentsOf: header.name.utf8)
    let name = Span(start: nameStart, count: arena.count - nameStart)
    guard let value = header.value else { return headers.append(HeaderEntry(name: name, value: .null)) }
    let valueStart = arena.count
    arena.append(contentsOf: value)
    headers.append(HeaderEntry(name: name, value: Span(start: valueStart, count: value.count)))
  }

  private mutating func number(of topic: String) -> Int32 {
    // Neighbours mostly share a topic, and batches know few of them.
    if lastTopic >= 0, topics[Int(lastTopic)] == topic { return lastTopic }
    if let known = topics.firstIndex(of: topic) {
      lastTopic = Int32(truncatingIfNeeded: known)
    } else {
      topics.append(topic)
      lastTopic = Int32(truncatingIfNeeded: topics.count - 1)
    }
    return lastTopic
  }
}

private func withBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
  guard let bytes else { return body(nil) }
  return bytes.withUnsafeBytes { body($0) }
}
