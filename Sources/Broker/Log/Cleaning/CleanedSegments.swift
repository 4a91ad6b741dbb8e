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
  typealias CrashPoint = () throws(LogError) -> Void
  private static let commitName = "compaction.swap"
  private static let version: Int16 = 1

  static func path(_ folder: String, _ offset: Int64, _ kind: String) -> String { SegmentName.path(folder, offset, kind) + suffix }

  /// Step 2.
  static func commit(_ segment: CleanedSegment, in folder: String, operations: FileOperations) throws(LogError) {
    var body = ByteBuffer()
    body.writeMultipleIntegers(segment.baseOffset, segment.hasAbortedTransactions ? 1 : 0 as Int8, Int32(clamping: segment.replaced.count))
    for offset in segment.replaced { body.writeInteger(offset) }
    var file = ByteBuffer()
    file.writeMultipleIntegers(version, body.crc32c)
    file.writeBuffer(&body)
    try operations.replace(folder + "/" + commitName, with: file, durably: true, folder: folder)
  }

  /// Step 3. The caller has no file of these segments open. May be repeated.
  ///
  /// - Parameter crashPoint: called before each change of a name; a test that throws there sees what a kill would leave.
  static func swap(
    _ segment: CleanedSegment, in folder: String, operations: FileOperations, crashPoint: @escaping CrashPoint = {}
  ) throws(LogError) {
    let work = Swap(folder: folder, operations: operations, crashPoint: crashPoint)
    try work.run(base: segment.baseOffset, replaced: segment.replaced, hasAbortedTransactions: segment.hasAbortedTransactions)
  }

  /// Step 4.
  static func conclude(
    _ segment: CleanedSegment, in folder: String, operations: FileOperations, crashPoint: @escaping CrashPoint = {}
  ) throws(LogError) {
    try Swap(folder: folder, operations: operations, crashPoint: crashPoint)
      .conclude(replaced: segment.replaced, commit: folder + "/" + commitName)
  }

  /// Undoes step 2, when the log has changed in the meantime; not after step 3.
  static func abandon(in folder: String, operations: FileOperations) throws(LogError) {
    try operations.remove(folder + "/" + commitName)
    try removeCleaned(in: folder, operations)
  }

  /// Ends what a kill has interrupted. To be called before the log's files are looked at.
  static func recover(
    _ folder: String, operations: FileOperations = FileOperations(), crashPoint: @escaping CrashPoint = {}
  ) throws(LogError) {
    let path = folder + "/" + commitName
    if var file = try operations.contents(path) {
      guard let (version, checksum) = file.readMultipleIntegers(as: (Int16, UInt32).self), version == Self.version,
        checksum == file.crc32c, let (base, flag, count) = file.readMultipleIntegers(as: (Int64, Int8, Int32).self),
        count >= 0, file.readableBytes == Int(count) * 8
      else { throw LogError(path: path, reason: "is damaged: what a compaction was replacing cannot be told") }
      var replaced: [Int64] = []
      while let offset = file.readInteger(as: Int64.self) { replaced.append(offset) }
      let work = Swap(folder: folder, operations: operations, crashPoint: crashPoint)
      try work.run(base: base, replaced: replaced, hasAbortedTransactions: flag != 0)
      try work.conclude(replaced: replaced, commit: path)
    }
    try removeCleaned(in: folder, operations)
  }

  private static func removeCleaned(in folder: String, _ operations: FileOperations) throws(LogError) {
    for name in try operations.list(folder) ?? [] where name.hasSuffix(suffix) || name.hasSuffix(suffix + ".tmp") {
      try operations.remove(folder + "/" + name)
    }
  }
}
