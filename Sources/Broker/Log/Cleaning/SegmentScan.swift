/// Reads whole segments for the cleaner, on its thread.
struct SegmentScan {
  let folder: String
  let cancellation: CleaningCancellation
  let operations: FileOperations

  /// Calls `body` with each batch in order until it returns false.
  ///
  /// - Returns: whether all were read.
  /// - Throws: what `body` throws, ``LogError`` when the file is damaged, ``CleaningCancelled``.
  func run(_ segment: CleanableSegment, _ body: (BatchHeader, UnsafeRawBufferPointer) throws -> Bool) throws -> Bool {
    let path = SegmentName.path(folder, segment.baseOffset, SegmentName.log)
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    let scanner = BatchScanner(descriptor: descriptor, path: path, from: 0, to: segment.sizeBytes, operations: operations)
    while let batch = try scanner.next(verifying: true) {
      if cancellation.isCancelled { throw CleaningCancelled() }
      guard try body(batch.header, scanner.batch) else { return false }
    }
    if let damage = scanner.damage { throw LogError(path: path, reason: damage) }
    return true
  }
}
