/// Where in a snapshot a record stands: Debezium's `source.snapshot`.
public enum SnapshotMarker: String, Sendable, Hashable, CaseIterable {
  /// Streamed, not from a snapshot.
  case streaming = "false"
  /// Of a snapshot.
  case yes = "true"
  /// The first record of the snapshot.
  case first
  /// The first record of its table.
  case firstInDataCollection = "first_in_data_collection"
  /// The last record of its table.
  case lastInDataCollection = "last_in_data_collection"
  /// The last record of the snapshot.
  case last
  /// Of an incremental snapshot.
  case incremental

  /// The value on the wire, for the hot path.
  var literal: StaticString {
    switch self {
    case .streaming: "false"
    case .yes: "true"
    case .first: "first"
    case .firstInDataCollection: "first_in_data_collection"
    case .lastInDataCollection: "last_in_data_collection"
    case .last: "last"
    case .incremental: "incremental"
    }
  }
}
