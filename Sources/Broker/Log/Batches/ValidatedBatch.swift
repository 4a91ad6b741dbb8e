/// A batch that may be appended: its header as it is to be stored, but for the offset, which the log assigns.
struct ValidatedBatch {
  var header: BatchHeader
  /// The stored header differs in what the checksum covers, so the checksum has to be computed anew.
  var changesChecksum: Bool
}
