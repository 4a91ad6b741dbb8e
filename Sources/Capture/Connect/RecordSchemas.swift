/// The schemas of a table's records, before transforms.
struct RecordSchemas: Sendable {
  /// nil for a table without a key.
  var key: ConnectSchema?
  /// Of `before` and `after`.
  var row: ConnectSchema
  var envelope: ConnectSchema

  /// Of a table that is not captured.
  static let none = RecordSchemas(key: nil, row: ConnectSchema(.structure), envelope: ConnectSchema(.structure))
}
