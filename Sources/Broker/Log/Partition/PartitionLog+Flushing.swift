import NIOCore

extension PartitionLog: CoordinatorLog {
  /// What is written and not synced: sealed segments, the active one, and the folder where names in it are new.
  func prepareFlush() throws(LogError) -> PendingFlush? {
    guard failure == nil, flushedOffset < logEndOffset || !unsyncedSegments.isEmpty else { return nil }
    var descriptors: [Int32] = []
    do throws(LogError) {
      // A sealed segment is believed at the next start, with its indexes. The active one is read again if need be, but for the
      // transactions aborted before the snapshot that the start begins with.
      for segment in unsyncedSegments {
        // Again, where there was no space for it when the segment was sealed. If there is none yet, the next start makes it.
        try? segment.storeIndex()
        if let index = try? segment.index.file.duplicateDescriptor() { descriptors.append(index) }
      }
      for segment in unsyncedSegments + [active] where segment.size > 0 {
        descriptors.append(try segment.log.duplicateDescriptor())
        guard segment.hasUnsyncedAborts, segment.abortedTransactions.count > 0 else { continue }
        descriptors.append(try environment.operations.open(segment.abortedTransactions.path))
      }
      if hasNewNames { descriptors.append(try environment.operations.openFolder(folder)) }
    } catch {
      for descriptor in descriptors { environment.operations.close(descriptor) }
      throw error
    }
    for segment in unsyncedSegments + [active] { segment.hasUnsyncedAborts = false }
    unsyncedSegments = []
    hasNewNames = false
    return PendingFlush(upTo: logEndOffset, descriptors: descriptors, folder: folder)
  }

  /// Everything before `offset` is on the disk: readers may see it, and a recovery need not look before the active segment.
  func markFlushed(upTo offset: Int64) {
    flushedOffset = max(flushedOffset, offset)
    let sealed = active.baseOffset
    guard sealed > storedRecoveryPoint, flushedOffset >= sealed else { return }
    storedRecoveryPoint = sealed
    // Without it the next start reads more than it has to.
    try? OffsetCheckpoint(folder: folder, name: OffsetCheckpoint.recoveryPoint, operations: environment.operations)
      .store(sealed, durably: false)
  }
}
