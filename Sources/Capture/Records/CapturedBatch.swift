internal import ChangeEvents
public import Kafka

// SAFETY: the engine's one reader task fills a batch and never touches it again after it gave it to the sink; everybody after that
// reads only. The hand-over goes through `RecordSink.write`, which orders the two.

/// Records on their way to a sink, in order, their bytes end to end in one buffer.
///
/// Filled by one encoder, then handed over and only read.
public final class CapturedBatch: @unchecked Sendable {
  struct Entry {
    var topic: String
    var partition: Int32?
    /// Ranges of the buffer; nil is NULL.
    var key: Range<Int>?
    var value: Range<Int>?
    var headers: [Header]
    /// Milliseconds since 1970; nil is the moment of sending.
    var timestamp: Int64?
  }

  var writer: JSONWriter
  private(set) var entries: [Entry] = []
  /// How keys became bytes, for sinks that show them.
  public let keyConverter: ConnectorConfiguration.Converter
  /// As `keyConverter`, for values.
  public let valueConverter: ConnectorConfiguration.Converter
  /// As `keyConverter`, for headers.
  public let headerConverter: ConnectorConfiguration.Converter

  init(
    reserving bytes: Int = 64 << 10, keyConverter: ConnectorConfiguration.Converter = .json,
    valueConverter: ConnectorConfiguration.Converter = .json, headerConverter: ConnectorConfiguration.Converter = .json
  ) {
    writer = JSONWriter(capacity: bytes)
    self.keyConverter = keyConverter
    self.valueConverter = valueConverter
    self.headerConverter = headerConverter
  }

  /// How many records there are.
  public var count: Int { entries.count }
  /// Bytes of keys and values.
  public var byteCount: Int { writer.count }
  /// About what the records cost on their way: their bytes, and what a client keeps of each record and header beside them.
  var weight: Int { entries.reduce(byteCount + 256 * entries.count) { $0 + 96 * $1.headers.count } }
  /// Whether there is no record.
  public var isEmpty: Bool { entries.isEmpty }

  func append(_ entry: Entry) { entries.append(entry) }

  /// Takes back what was added behind these numbers of records and bytes.
  func truncate(count: Int, byteCount: Int) {
    entries.removeLast(max(entries.count - count, 0))
    writer.truncate(to: byteCount)
  }

  /// Calls with each record in order; the buffers live no longer than the call.
  public func forEach<E: Error>(
    _ body: (
      _ topic: String, _ partition: Int32?, _ timestamp: Int64?, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?,
      _ headers: [Header]
    ) throws(E) -> Void
  ) throws(E) {
    try writer.withUnsafeBytes { (bytes) throws(E) in
      for entry in entries {
        let key = entry.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        let value = entry.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
        try body(entry.topic, entry.partition, entry.timestamp, key, value, entry.headers)
      }
    }
  }
}
