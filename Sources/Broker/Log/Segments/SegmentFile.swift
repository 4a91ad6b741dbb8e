import NIOCore

/// One file of a segment, open only while it is in use: a broker may have more files than a process may open (`ulimit -n`).
/// Confined to the event loop.
final class SegmentFile {
  private(set) var path: String
  private let descriptors: DescriptorCache
  /// Managed by the cache; nil while the file is closed.
  var descriptor: Int32?
  /// The cache's count of uses at the last one.
  var lastUse: UInt64 = 0

  var operations: FileOperations { descriptors.operations }

  /// Whether opening it makes it where there is none: true of what can be built anew.
  let createdWhenMissing: Bool

  init(path: String, descriptors: DescriptorCache, createdWhenMissing: Bool = false) {
    self.path = path
    self.createdWhenMissing = createdWhenMissing
    self.descriptors = descriptors
  }

  deinit {
    // The cache holds files that are open, so this one is closed.
    assert(descriptor == nil)
  }

  func read(at position: Int, into bytes: UnsafeMutableRawBufferPointer) throws(LogError) -> Int {
    try operations.read(descriptors.descriptor(of: self), at: position, into: bytes, path: path)
  }

  func read(at position: Int, count: Int) throws(LogError) -> ByteBuffer {
    try operations.read(descriptors.descriptor(of: self), at: position, count: count, path: path)
  }

  func write(
    at position: Int, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) throws(LogError) {
    try operations.write(descriptors.descriptor(of: self), at: position, first, second, path: path)
  }

  func truncate(to size: Int) throws(LogError) {
    try operations.truncate(descriptors.descriptor(of: self), to: size, path: path)
  }

  func synchronize() throws(LogError) { try operations.synchronize(descriptors.descriptor(of: self), path: path) }

  /// For the thread that syncs; whoever gets it closes it.
  func duplicateDescriptor() throws(LogError) -> Int32 {
    try operations.duplicate(descriptors.descriptor(of: self), path: path)
  }

  func scanner(from position: Int = 0, to end: Int) throws(LogError) -> BatchScanner {
    BatchScanner(descriptor: try descriptors.descriptor(of: self), path: path, from: position, to: end, operations: operations)
  }

  func close() { descriptors.close(self) }

  /// Renames the file; it stays readable by whoever has it open.
  func rename(to new: String) throws(LogError) {
    try operations.rename(path, to: new)
    path = new
  }

  func remove() throws(LogError) {
    close()
    try operations.remove(path)
  }
}
