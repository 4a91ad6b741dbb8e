/// Reads the batches of a segment's file one after the other, through one buffer that grows to the largest batch.
///
/// Not Sendable, but free of the event loop: it may be made and used on another thread with a descriptor of that thread's own.
final class BatchScanner {
  private static let chunk = 1 << 20

  private let descriptor: Int32
  private let path: String
  private let operations: FileOperations
  private let end: Int
  private var bytes: UnsafeMutableRawBufferPointer
  /// Where in the file the buffer begins, and how much of it is filled.
  private var bufferPosition: Int
  private var filled = 0
  /// Of the next batch: all before it was whole.
  private(set) var position: Int
  /// Why the scan ended before the end of the file; nil when it did not.
  private(set) var damage: String?
  private var current: Range<Int> = 0..<0

  /// - Parameters:
  ///   - position: of a batch.
  ///   - end: where to stop.
  init(descriptor: Int32, path: String, from position: Int, to end: Int, operations: FileOperations) {
    self.descriptor = descriptor
    self.path = path
    self.operations = operations
    self.end = end
    self.position = position
    bufferPosition = position
    bytes = .allocate(byteCount: max(BatchHeader.size, min(Self.chunk, end - position)), alignment: 16)
  }

  deinit { bytes.deallocate() }

  /// The next batch; nil at the end or at what is not a whole batch, see ``damage``.
  ///
  /// - Parameter verifying: whether the checksum has to match.
  func next(verifying: Bool) throws(LogError) -> ScannedBatch? {
    guard position < end, damage == nil else { return nil }
    guard try fill(BatchHeader.size),
      let header = BatchHeader(UnsafeRawBufferPointer(rebasing: bytes[(position - bufferPosition)..<filled]))
    else { return stop("a batch is cut off within its header") }
    guard header.isPlausible else { return stop("what stands there is not a record batch") }
    guard header.sizeInBytes <= end - position, try fill(header.sizeInBytes) else { return stop("a batch is cut off") }
    let start = position - bufferPosition
    current = start..<(start + header.sizeInBytes)
    if verifying, BatchHeader.checksum(of: batch) != header.crc { return stop("a batch's checksum does not match") }
    defer { position += header.sizeInBytes }
    return ScannedBatch(header: header, position: position)
  }

  /// The bytes of the batch that ``next(verifying:)`` returned last; good until it is called again.
  var batch: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[current]) }

  private func stop(_ reason: String) -> ScannedBatch? {
    damage = "\(reason) at byte \(position)"
    return nil
  }

  /// Has at least `count` bytes from `position` on in the buffer; false where the file ends before.
  private func fill(_ count: Int) throws(LogError) -> Bool {
    let start = position - bufferPosition
    if filled - start >= count { return true }
    guard end - position >= count else { return false }
    if count > bytes.count {
      bytes.deallocate()
      bytes = .allocate(byteCount: count, alignment: 16)
    }
    bufferPosition = position
    let wanted = min(bytes.count, end - position)
    filled = try operations.read(descriptor, at: position, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), path: path)
    return filled >= count
  }
}
