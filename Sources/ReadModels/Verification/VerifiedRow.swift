/// A row of one side, as verification compares it.
struct VerifiedRow: Sendable, Hashable {
  /// Digest of all values that events carry.
  var digest: String
  /// Changes whenever the row is written: `xmin` in the source, the LSN in the mirror.
  var version: String
}
