/// What is known of a table's record before any row: transforms work on this, once, and not on records.
struct RecordDraft: Sendable {
  /// A field of an envelope.
  enum EnvelopeField: String, CaseIterable, Sendable {
    case before, after, source, transaction, op
    case tsMs = "ts_ms"
    case tsUs = "ts_us"
    case tsNs = "ts_ns"
  }

  struct Named<Source: Sendable>: Sendable {
    var source: Source
    var name: String
  }

  enum Key: Sendable {
    /// No key: NULL.
    case none
    /// An object of these columns.
    case columns([Named<Int>])
    /// A column's value by itself.
    case column(Int)
    /// The key of a logical message, `{"prefix": …}`, under this name; nil if the field was dropped.
    case messagePrefix(String?)
  }

  enum Value: Sendable {
    case tombstone
    case envelope([Named<EnvelopeField>])
    /// An object of these columns (EventRouter with envelope placements).
    case columns([Named<Int>])
    /// A column's value by itself (EventRouter).
    case column(Int)
    case message
  }

  var topic: String
  var headerNames: [String]
  var key: Key
  var value: Value

  var isTombstone: Bool {
    if case .tombstone = value { return true }
    return false
  }

  /// The envelope with all its fields under their own names.
  static let envelope = Value.envelope(EnvelopeField.allCases.map { Named(source: $0, name: $0.rawValue) })
}
