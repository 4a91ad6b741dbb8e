/// A transaction with records in a partition and no marker yet.
struct OpenTransaction: Equatable, Sendable {
  /// Offset of its first record here.
  var firstOffset: Int64
  var producerID: Int64
}
