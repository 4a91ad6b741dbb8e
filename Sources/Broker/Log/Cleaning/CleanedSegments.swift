import CCRC32C
import NIOCore

/// How a cleaned segment takes the place of those it replaces, such that a kill at any moment leaves the old data or the new, whole.
///
/// In the spirit of Kafka's `.cleaned` and `.swap` files, with one file that says what is to be done:
///
/// 1. the new files are written under names with `.cleaned`, and synced;
/// 2. ``commit(_:in:operations:)`` writes `compaction.swap`, which names the new segment and those it replaces. From here on the new data
///    counts: a start that finds the file does the rest, one that does not deletes what is called `.cleaned`;
/// 3. ``swap(_:in:operations:)`` renames the old files to `.deleted` and the new ones to their final names. The only step on the event loop;
/// 4. ``conclude(_:in:operations:)`` makes the names durable, deletes the old files, and `compaction.swap` last.
enum CleanedSegments {
  static let suffix = ".cleaned"
  private static let commitName = "compaction.swap"
  private static let version: Int16 = 1

  static func path(_ folder: String, _ offset: Int64, _ kind: String) -> String { SegmentName.path(folder, offset, kind) + suffix }

  /// Step 2.
  static func commit(_ segment: CleanedSegment, in folder: String, operations: FileOperations) throws(LogError) {
    var body = ByteBuffer()
    body.writeMultipleIntegers(segment.baseOffset, segment.hasAbortedTransactions ? 1 : 0 as Int8, Int32(clamping: segment.replaced.count))
    for offset in segment.replaced { body.writeInteger(offset) }
    var file = ByteBuffer()
    file.writeMultipleIntegers(version, checksum(body))
    file.writeBuffer(&body)
    try operations.replace(folder + "/" + commitName, with: file, durably: true, folder: folder)
  }

  /// Step 3. The caller has no file of these segments open. May be repeated.
  static func swap(_ segment: CleanedSegment, in folder: String, operations: FileOperations) throws(LogError) {
    try swap(
      base: segment.baseOffset, replaced: segment.replaced, hasAbortedTransactions: segment.hasAbortedTransactions, in: folder, operations)
  }

  /// Step 4.
  static func conclude(_ segment: CleanedSegment, in folder: String, operations: FileOperations) throws(LogError) {
    try operations.synchronizeFolder(folder)
    for offset in segment.replaced {
      for kind in kinds { try operations.remove(SegmentName.path(folder, offset, kind) + SegmentName.deleted) }
    }
    try operations.remove(folder + "/" + commitName)
  }

  /// Undoes step 2, when the log has changed in the meantime; not after step 3.
  static func abandon(in folder: String, operations: FileOperations) throws(LogError) {
    try operations.remove(folder + "/" + commitName)
    try removeCleaned(in: folder, operations)
  }

  /// Ends what a kill has interrupted. To be called before the log's files are looked at.
  static func recover(_ folder: String, operations: FileOperations = FileOperations()) throws(LogError) {
    let path = folder + "/" + commitName
    if var file = try operations.contents(path) {
      guard let (version, checksum) = file.readMultipleIntegers(as: (Int16, UInt32).self), version == Self.version,
        checksum == Self.checksum(file), let (base, flag, count) = file.readMultipleIntegers(as: (Int64, Int8, Int32).self),
        count >= 0, file.readableBytes == Int(count) * 8
      else { throw LogError(path: path, reason: "is damaged: what a compaction was replacing cannot be told") }
      var replaced: [Int64] = []
      while let offset = file.readInteger(as: Int64.self) { replaced.append(offset) }
      try swap(base: base, replaced: replaced, hasAbortedTransactions: flag != 0, in: folder, operations)
      try operations.synchronizeFolder(folder)
      for offset in replaced { for kind in kinds { try operations.remove(SegmentName.path(folder, offset, kind) + SegmentName.deleted) } }
      try operations.remove(path)
    }
    try removeCleaned(in: folder, operations)
  }

  private static let kinds = [SegmentName.index, SegmentName.transactionIndex, SegmentName.log, SegmentName.snapshot]

  private static func swap(
    base: Int64, replaced: [Int64], hasAbortedTransactions: Bool, in folder: String, _ operations: FileOperations
  ) throws(LogError) {
    for offset in replaced where offset != base {
      for kind in kinds { try retire(SegmentName.path(folder, offset, kind), operations) }
    }
    for kind in [SegmentName.index, SegmentName.transactionIndex, SegmentName.log] {
      let (final, cleaned) = (SegmentName.path(folder, base, kind), path(folder, base, kind))
      // Without a cleaned file, the final one is the new one already: this step is being repeated.
      if try operations.status(cleaned) != nil {
        try retire(final, operations)
        try operations.rename(cleaned, to: final)
      } else if kind == SegmentName.transactionIndex, !hasAbortedTransactions {
        try retire(final, operations)
      }
    }
  }

  /// Out of the way for now: to delete a large file takes long, and this is the event loop.
  private static func retire(_ path: String, _ operations: FileOperations) throws(LogError) {
    if try operations.status(path) != nil { try operations.rename(path, to: path + SegmentName.deleted) }
  }

  private static func removeCleaned(in folder: String, _ operations: FileOperations) throws(LogError) {
    for name in try operations.list(folder) ?? [] where name.hasSuffix(suffix) || name.hasSuffix(suffix + ".tmp") {
      try operations.remove(folder + "/" + name)
    }
  }

  private static func checksum(_ bytes: ByteBuffer) -> UInt32 {
    bytes.withUnsafeReadableBytes { sluice_crc32c($0.baseAddress, $0.count) }
  }
}
