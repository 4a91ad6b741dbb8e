import Foundation
import Logging
import NIOCore
import Testing

@testable import Broker

/// A partition's log in a folder of its own, which a test opens, leaves and opens again.
final class LogWorkbench {
  let folder = TemporaryFolder()
  let operations = FileOperations()
  var configuration = LogConfiguration()
  var now: Int64 = 1_000_000
  /// Descriptors that all logs of this workbench may have open.
  var openFiles = 256
  private(set) lazy var environment = makeEnvironment()

  init() {
    // Nothing here survives a power failure in earnest, and syncs take their time.
    operations.onSynchronize = { _ in }
    // Small enough for a look-up to have to search.
    configuration.indexIntervalBytes = 200
  }

  /// What a start finds in the folder, or in a copy of it.
  func open(clean: Bool = false, in other: TemporaryFolder? = nil) throws -> PartitionLog {
    environment = makeEnvironment()
    return try PartitionLog.open(
      folder: (other ?? folder).path, partition: TopicPartition(topic: "t", partition: 0), configuration: configuration,
      afterCleanShutdown: clean, now: now, environment: environment)
  }

  private func makeEnvironment() -> LogEnvironment {
    LogEnvironment(
      descriptors: DescriptorCache(operations: operations, capacity: openFiles),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { [unowned self] in now })
  }

  /// The files as a kill at this moment would leave them: a log's writes are in the page cache at once.
  func copy() throws -> TemporaryFolder {
    let copy = TemporaryFolder()
    for name in try #require(try operations.list(folder.path)) {
      try FileManager.default.copyItem(atPath: folder.path(name), toPath: copy.path(name))
    }
    return copy
  }

  func names(_ suffix: String) throws -> [String] { try #require(try operations.list(folder.path)).filter { $0.hasSuffix(suffix) } }

  func size(_ path: String) throws -> Int { try #require(try operations.status(path)?.size) }

  func truncate(_ path: String, to size: Int) throws {
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    try operations.truncate(descriptor, to: size, path: path)
  }

  /// Flips the bits of one byte.
  func damage(_ path: String, at position: Int) throws {
    let descriptor = try operations.open(path)
    defer { operations.close(descriptor) }
    let byte = try operations.read(descriptor, at: position, count: 1, path: path).getInteger(at: 0, as: UInt8.self) ?? 0
    try withUnsafeBytes(of: ~byte) { bytes in
      try operations.write(descriptor, at: position, bytes, UnsafeRawBufferPointer(start: nil, count: 0), path: path)
    }
  }
}

extension PartitionLog {
  /// Everything from an offset on, by as many reads as that takes.
  func everything(from start: Int64? = nil, maxBytes: Int = 1 << 20, isolation: Isolation = .readUncommitted) throws -> ByteBuffer {
    var all = ByteBuffer()
    var offset = start ?? logStartOffset
    while true {
      let read = try read(at: offset, maxBytes: maxBytes, minOneBatch: true, isolation: isolation)
      guard read.records.readableBytes > 0 else { return all }
      all.writeImmutableBuffer(read.records)
      offset = read.nextOffset
    }
  }

  func values(isolation: Isolation = .readUncommitted) throws -> [String] { try TestBatch.values(try everything(isolation: isolation)) }

  /// Syncs as the flusher does.
  func flush() throws {
    guard let pending = try prepareFlush() else { return }
    try pending.synchronize()
    markFlushed(upTo: pending.upTo)
  }
}
