public import ChangeEvents
public import Kafka

/// A record of a topic and what its value turned out to be.
///
/// The value is parsed once, before the record reaches a handler. A record whose value cannot be parsed does not spoil its batch: it
/// carries ``Content/malformed(_:)`` and is dead-lettered by itself.
public struct ChangeRecord: Sendable {
  /// What the value of a record is.
  public enum Content: Sendable {
    /// NULL: the marker that follows a delete and lets compaction drop the key.
    case tombstone
    /// A Debezium envelope, with or without its `{schema, payload}` wrapper.
    case envelope(Envelope)
    /// JSON that is no envelope, such as an event that the outbox router sent; says what an envelope would have had.
    case other(MalformedValue)
    /// No JSON: truncated, garbage, not UTF-8, or beyond the parser's limits.
    case malformed(MalformedValue)
  }

  /// On its way a record goes through half a dozen arrays: one reference is copied faster than ten.
  private final class Storage: Sendable {
    let record: ConsumerRecord
    let content: Content
    let source: SourceTimes?

    init(record: ConsumerRecord, content: Content) {
      self.record = record
      self.content = content
      if case .envelope(let envelope) = content { source = SourceTimes(envelope) } else { source = nil }
    }
  }

  private let storage: Storage

  /// The record as it was consumed.
  public var record: ConsumerRecord { storage.record }

  /// What the value turned out to be.
  public var content: Content { storage.content }

  /// Parses the value of `record`; never fails, see ``Content/malformed(_:)``.
  public init(parsing record: ConsumerRecord) {
    var parser = EnvelopeParser()
    self.init(parsing: record, with: &parser)
  }

  /// The same with a parser that has read the records before this one.
  init(parsing record: ConsumerRecord, with parser: inout EnvelopeParser) {
    self.init(record: record, content: record.value.map { $0.withUnsafeBytes { Content(parsing: $0, with: &parser) } } ?? .tombstone)
  }

  /// A record whose value was parsed by somebody else.
  public init(record: ConsumerRecord, content: Content) { storage = Storage(record: record, content: content) }

  /// The envelope, or nil for a tombstone, an event that is none, and a malformed value.
  public var envelope: Envelope? {
    if case .envelope(let envelope) = content { envelope } else { nil }
  }

  /// When and where the change was committed, without a look into the envelope; nil where there is none.
  public var source: SourceTimes? { storage.source }

  /// Why the value could not be parsed, or nil where it could.
  public var parseFailure: MalformedValue? {
    if case .malformed(let failure) = content { failure } else { nil }
  }

  /// Whether the value is NULL.
  public var isTombstone: Bool {
    if case .tombstone = content { true } else { false }
  }

  /// The topic that the record was consumed from.
  public var topic: String { record.topic }

  /// The partition that the record was consumed from.
  public var partition: Int32 { record.partition }

  /// The topic and the partition together.
  public var topicPartition: TopicPartition { TopicPartition(topic: record.topic, partition: record.partition) }

  /// The record's offset in its partition.
  public var offset: Int64 { record.offset }

  /// The record's timestamp in milliseconds since 1970.
  public var timestamp: Int64 { record.timestamp }

  /// The key's bytes; nil is NULL, which is not empty.
  public var key: [UInt8]? { record.key }

  /// The value's bytes; nil is NULL, which is not empty.
  public var value: [UInt8]? { record.value }

  /// The headers in their order; a name may come more than once.
  public var headers: [Header] { record.headers }

  /// The value of the first header of this name as text, or nil where there is none or it is NULL or not UTF-8.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value.flatMap { String(validating: $0, as: UTF8.self) }
  }
}

extension ChangeRecord.Content {
  /// Parses a value that is not NULL.
  init(parsing value: UnsafeRawBufferPointer, with parser: inout EnvelopeParser) {
    do throws(EnvelopeError) {
      self = .envelope(try parser.parse(value))
    } catch {
      let reason = MalformedValue(reason: error.description)
      switch error.code {
      case .empty, .tooLarge, .invalidJSON, .invalidUTF8, .tooDeep, .outOfMemory: self = .malformed(reason)
      case .notAnObject, .missingField, .wrongType: self = .other(reason)
      }
    }
  }
}
