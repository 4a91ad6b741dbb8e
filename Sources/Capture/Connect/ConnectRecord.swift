/// A record between capture and converters, with schemas, as transforms see it (`org.apache.kafka.connect.source.SourceRecord`).
///
/// Only records that a transform has to look into take this form; the others go from WAL to bytes directly.
struct ConnectRecord: Hashable, Sendable {
  struct Header: Hashable, Sendable {
    var name: String
    /// nil for a value without a schema.
    var schema: ConnectSchema?
    var value: ConnectValue
  }

  var topic: String
  /// nil leaves it to the partitioner.
  var partition: Int32? = nil
  /// nil for a key without a schema, such as none.
  var keySchema: ConnectSchema?
  var key: ConnectValue
  /// nil for a tombstone.
  var valueSchema: ConnectSchema?
  var value: ConnectValue
  /// Milliseconds since 1970; nil leaves it to the producer.
  var timestamp: Int64? = nil
  var headers: [Header]

  /// `RecordIsTombstone`.
  var isTombstone: Bool { value.isNull }
}
