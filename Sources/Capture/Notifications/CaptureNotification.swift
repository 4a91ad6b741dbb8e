internal import Foundation

/// What a capture tells about its snapshots, in Debezium's terms.
///
/// Source: Debezium documentation, "Receiving notifications from Debezium".
public struct CaptureNotification: Hashable, Sendable {
  /// Identifies this notification; of a snapshot that a signal asked for: the signal's id.
  public var id: String
  /// What it is about: `Initial Snapshot` or `Incremental Snapshot`.
  public var aggregateType: String
  /// What happened, such as `STARTED` or `TABLE_SCAN_COMPLETED`.
  public var type: String
  /// Names and values, in the order in which they are written.
  public var additionalData: [(name: String, value: String)]
  /// Milliseconds since 1970.
  public var timestampMs: Int64

  /// Makes a notification of now.
  public init(
    aggregateType: String, type: String, additionalData: [(name: String, value: String)], id: String? = nil, timestampMs: Int64? = nil
  ) {
    self.id = id ?? UUID().uuidString.lowercased()
    self.aggregateType = aggregateType
    self.type = type
    self.additionalData = additionalData
    self.timestampMs = timestampMs ?? WallClock.nanoseconds() / 1_000_000
  }

  /// Whether both say the same.
  public static func == (a: Self, b: Self) -> Bool { a.id == b.id && a.type == b.type && a.timestampMs == b.timestampMs }

  /// By the identifier.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  private static let keySchema = ConnectSchema(
    .structure, name: "io.debezium.connector.common.NotificationKey", version: 1,
    fields: [.init(name: "id", schema: ConnectSchema(.string))])

  private static let valueSchema = ConnectSchema(
    .structure, name: "io.debezium.connector.common.Notification", version: 1,
    fields: [
      .init(name: "id", schema: ConnectSchema(.string)), .init(name: "type", schema: ConnectSchema(.string)),
      .init(name: "aggregate_type", schema: ConnectSchema(.string)),
      .init(
        name: "additional_data",
        schema: ConnectSchema(.map, isOptional: true, keys: ConnectSchema(.string), elements: ConnectSchema(.string))),
      .init(name: "timestamp", schema: ConnectSchema(.int64)),
    ])

  /// The record that the sink channel sends.
  func record(topic: String) -> ConnectRecord {
    let id = ConnectValue.string(self.id)
    return ConnectRecord(
      topic: topic, partition: nil, keySchema: Self.keySchema, key: .structure([id]), valueSchema: Self.valueSchema,
      value: .structure([
        id, .string(type), .string(aggregateType),
        .map(additionalData.map { .init(key: .string($0.name), value: .string($0.value)) }), .integer(timestampMs),
      ]), timestamp: nil, headers: [])
  }
}
