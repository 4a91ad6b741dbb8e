/// The changes of names with which a cleaned segment takes its place, see ``CleanedSegments``. Each may be repeated after a kill.
struct Swap {
  private static let kinds = [SegmentName.index, SegmentName.transactionIndex, SegmentName.log, SegmentName.snapshot]

  let folder: String
  let operations: FileOperations
  let crashPoint: CleanedSegments.CrashPoint

  func run(base: Int64, replaced: [Int64], hasAbortedTransactions: Bool) throws(LogError) {
    for offset in replaced where offset != base {
      for kind in Self.kinds { try retire(SegmentName.path(folder, offset, kind)) }
    }
    for kind in [SegmentName.index, SegmentName.transactionIndex, SegmentName.log] {
      let (final, cleaned) = (SegmentName.path(folder, base, kind), CleanedSegments.path(folder, base, kind))
      // Without a cleaned file, the final one is the new one already: this step is being repeated.
      if try operations.status(cleaned) != nil {
        try retire(final)
        try crashPoint()
        try operations.rename(cleaned, to: final)
      } else if kind == SegmentName.transactionIndex, !hasAbortedTransactions {
        try retire(final)
      }
    }
  }

  /// The commit goes last: until then all of this is repeated at a start.
  func conclude(replaced: [Int64], commit: String) throws(LogError) {
    try crashPoint()
    try operations.synchronizeFolder(folder)
    for offset in replaced {
      for kind in Self.kinds {
        try crashPoint()
        try operations.remove(SegmentName.path(folder, offset, kind) + SegmentName.deleted)
      }
    }
    try crashPoint()
    try operations.remove(commit)
  }

  /// Out of the way for now: to delete a large file takes long, and this may be the event loop.
  private func retire(_ path: String) throws(LogError) {
    guard try operations.status(path) != nil else { return }
    try crashPoint()
    try operations.rename(path, to: path + SegmentName.deleted)
  }
}
