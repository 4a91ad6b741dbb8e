/// A batch met by a ``BatchScanner``.
struct ScannedBatch {
  var header: BatchHeader
  /// In the file.
  var position: Int
}
