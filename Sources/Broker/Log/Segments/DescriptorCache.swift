/// The open files of all logs, at most so many; the one that was not used for longest is closed for the next. Confined to the event loop.
final class DescriptorCache {
  let operations: FileOperations
  private let capacity: Int
  private var open: [SegmentFile] = []
  private var uses: UInt64 = 0

  /// - Parameter capacity: files open at a time, at least 2.
  init(operations: FileOperations = FileOperations(), capacity: Int = 256) {
    self.operations = operations
    self.capacity = max(2, capacity)
  }

  deinit { for file in open { close(descriptorOf: file) } }

  var openCount: Int { open.count }

  /// Opened if need be. Good until the next call.
  func descriptor(of file: SegmentFile) throws(LogError) -> Int32 {
    uses += 1
    file.lastUse = uses
    if let descriptor = file.descriptor { return descriptor }
    if open.count >= capacity, let oldest = open.indices.min(by: { open[$0].lastUse < open[$1].lastUse }) {
      close(descriptorOf: open[oldest])
      open.swapAt(oldest, open.count - 1)
      open.removeLast()
    }
    let descriptor = try operations.open(file.path, create: file.createdWhenMissing)
    file.descriptor = descriptor
    open.append(file)
    return descriptor
  }

  func close(_ file: SegmentFile) {
    guard file.descriptor != nil else { return }
    close(descriptorOf: file)
    open.removeAll { $0 === file }
  }

  private func close(descriptorOf file: SegmentFile) {
    guard let descriptor = file.descriptor else { return }
    operations.close(descriptor)
    file.descriptor = nil
  }
}
