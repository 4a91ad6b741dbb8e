/// Where one record's fields lie in the bytes of a batch's records, so that walking a batch copies and allocates nothing.
struct RecordFields {
  /// The whole record with its length.
  var bytes: Range<Int>
  /// Relative to the batch's base timestamp.
  var timestampDelta: Int64
  /// Relative to the batch's base offset.
  var offsetDelta: Int32
  /// Nil for null, which is not the same as empty.
  var key: Range<Int>?
  /// Nil for null: a tombstone.
  var value: Range<Int>?
  var headerCount: Int
  /// The headers, without their count.
  var headers: Range<Int>
}
