/// A record that was read, copied out of the client's memory.
///
/// On its way it goes through half a dozen queues and arrays, from thread to thread: a copy is one reference, and looks at nothing of the record.
/// Changing one makes a copy of its own.
public struct ConsumerRecord: Hashable, Sendable {
  private struct Fields: Hashable, Sendable {
    var topic: String
    var partition: Int32
    var offset: Int64
    var timestamp: Int64
    var timestampType: TimestampType
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]
  }

  private final class Storage: Sendable {
    let fields: Fields
    let footprint: Int

    init(_ fields: Fields) {
      self.fields = fields
      var bytes = 128 + (fields.key?.count ?? 0) + (fields.value?.count ?? 0)
      for header in fields.headers { bytes += 64 + header.name.utf8.count + (header.value?.count ?? 0) }
      footprint = bytes
    }
  }

  private var storage: Storage

  /// The topic.
  public var topic: String {
    get { storage.fields.topic }
    set { set(\.topic, newValue) }
  }
  /// The partition.
  public var partition: Int32 {
    get { storage.fields.partition }
    set { set(\.partition, newValue) }
  }
  /// The offset. The offset to commit after this record is one more.
  public var offset: Int64 {
    get { storage.fields.offset }
    set { set(\.offset, newValue) }
  }
  /// Milliseconds since 1970; -1 if the record has none.
  public var timestamp: Int64 {
    get { storage.fields.timestamp }
    set { set(\.timestamp, newValue) }
  }
  /// Who gave the timestamp.
  public var timestampType: TimestampType {
    get { storage.fields.timestampType }
    set { set(\.timestampType, newValue) }
  }
  /// The key; nil is NULL.
  public var key: [UInt8]? {
    get { storage.fields.key }
    set { set(\.key, newValue) }
  }
  /// The value; nil is NULL.
  public var value: [UInt8]? {
    get { storage.fields.value }
    set { set(\.value, newValue) }
  }
  /// Headers in order, repeats included.
  public var headers: [Header] {
    get { storage.fields.headers }
    set { set(\.headers, newValue) }
  }

  /// Makes a record, for tests and for stores that keep records elsewhere.
  public init(
    topic: String, partition: Int32, offset: Int64, timestamp: Int64 = -1, timestampType: TimestampType = .none, key: [UInt8]? = nil,
    value: [UInt8]? = nil, headers: [Header] = []
  ) {
    storage = Storage(
      Fields(
        topic: topic, partition: partition, offset: offset, timestamp: timestamp, timestampType: timestampType, key: key, value: value,
        headers: headers))
  }

  /// Topic and partition together.
  public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

  /// What the record takes while it waits, in bytes: what it holds and, roughly, what holds it.
  public var footprint: Int { storage.footprint }

  /// Whether both say the same.
  public static func == (one: ConsumerRecord, other: ConsumerRecord) -> Bool {
    one.storage === other.storage || one.storage.fields == other.storage.fields
  }

  /// Hashes all that it says.
  public func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }

  private mutating func set<Value>(_ field: WritableKeyPath<Fields, Value>, _ value: Value) {
    var fields = storage.fields
    fields[keyPath: field] = value
    storage = Storage(fields)
  }
}
