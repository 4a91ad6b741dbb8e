/// What has to be synced so that a log is on the disk up to an offset. The descriptors belong to whoever gets it: they are closed by
/// ``synchronize()``, called once, on any thread.
struct PendingFlush: Sendable {
  /// Everything before it is durable once the sync succeeded; to be told to ``PartitionLog/markFlushed(upTo:)``.
  var upTo: Int64
  /// Of files, and last of the folder when names in it are new.
  var descriptors: [Int32]
  /// Of the log's folder, for messages.
  var folder: String

  /// Syncs and closes all of them. Blocks; may be called on any thread, once.
  ///
  /// - Throws: the first failure; the others are closed all the same.
  func synchronize(_ operations: FileOperations = FileOperations()) throws(LogError) {
    var failure: LogError?
    for descriptor in descriptors {
      do throws(LogError) {
        if failure == nil { try operations.synchronize(descriptor, path: folder) }
      } catch { failure = error }
      operations.close(descriptor)
    }
    if let failure { throw failure }
  }
}
