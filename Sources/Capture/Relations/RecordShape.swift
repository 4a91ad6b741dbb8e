internal import ChangeEvents
internal import Kafka

/// How a kind of record of one table is written: everything that does not depend on the row.
struct RecordShape {
  /// A column that is a key, value or header by itself.
  struct Scalar {
    var column: Int
    var encoder: ColumnEncoder
    /// The column's text as it is (StringConverter), not JSON.
    var isRaw: Bool
  }

  enum Key {
    case none
    case row(RowEncoder)
    case scalar(Scalar)
    /// `{"<name>":"<prefix>"}`; without a name `{}`.
    case messagePrefix(name: String?)
  }

  enum Value {
    case tombstone
    /// The whole envelope under its own names.
    case envelope
    /// Some of its fields, or under other names: each with the bytes before it.
    case partialEnvelope([(head: [UInt8], field: RecordDraft.EnvelopeField)])
    case row(RowEncoder)
    case scalar(Scalar)
    case message
  }

  var topic: String
  var headers: [Header]
  var key: Key
  var value: Value
  /// What stands before key and value where they carry their schemas; `}` follows then. Empty where they do not.
  var keyHead: [UInt8] = []
  var valueHead: [UInt8] = []
}

/// What becomes of a kind of record of one table.
enum RecordPlan {
  case drop
  case invalidOperation(EventRouterSettings.InvalidOperation, transform: String)
  case send(RecordShape)
  case route(EventRoute)
}

/// An outbox table's rows on their way to topics named by a column. Holds the shapes of the topics seen so far.
final class EventRoute {
  struct HeaderField {
    var name: String
    var scalar: RecordShape.Scalar
  }

  private struct Target: Hashable {
    var name: String
    var isTombstone: Bool
  }

  let settings: EventRouterSettings
  let routeColumn: Int
  let payloadColumn: Int
  let partitionColumn: Int?
  let headerFields: [HeaderField]
  private let draft: RecordDraft
  private let remaining: ArraySlice<Transform>
  private let shape: (RecordDraft) throws(CaptureError) -> RecordShape
  private var shapes: [Target: RecordShape] = [:]
  /// Topics come from data: their number is bounded here, not there.
  private static let cacheLimit = 10_000

  init(
    settings: EventRouterSettings, draft: RecordDraft, remaining: ArraySlice<Transform>, columns: [String], headerFields: [HeaderField],
    shape: @escaping (RecordDraft) throws(CaptureError) -> RecordShape
  ) {
    self.settings = settings
    self.draft = draft
    self.remaining = remaining
    self.headerFields = headerFields
    self.shape = shape
    routeColumn = columns.firstIndex(of: settings.routeColumn) ?? 0
    payloadColumn = columns.firstIndex(of: settings.payloadColumn) ?? 0
    partitionColumn = settings.additionalFields.first { $0.placement == .partition }.flatMap { columns.firstIndex(of: $0.column) }
  }

  /// The shape of records whose routing column has this value.
  func shape(routedBy value: String, isTombstone: Bool) throws(CaptureError) -> RecordShape {
    let target = Target(name: value, isTombstone: isTombstone)
    if let known = shapes[target] { return known }
    var draft = draft
    draft.topic = try TransformChain.rename(value, settings.topicPattern, settings.topicReplacement, "EventRouter")
    if isTombstone { draft.value = .tombstone }
    let made = try shape(TransformChain.finish(draft, remaining: remaining))
    if shapes.count >= Self.cacheLimit { shapes.removeAll() }
    shapes[target] = made
    return made
  }
}
