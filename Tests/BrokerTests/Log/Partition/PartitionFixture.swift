import Foundation
import Logging
import NIOCore
import Testing

@testable import Broker

/// The folder of one partition, whose log is opened and left again and again, as brokers do that are killed.
final class PartitionFixture {
  let folder = TemporaryFolder()
  var configuration = LogConfiguration()
  var now: Int64 = 1_700_000_000_000
  /// Of the log that was opened last.
  private(set) var operations = FileOperations()

  init(segmentBytes: Int = 1 << 30) {
    configuration.segmentBytes = segmentBytes
    configuration.retentionMillis = -1
    configuration.indexIntervalBytes = 256
  }

  /// A log over the files as they are, with nothing left of the one before.
  func open(clean: Bool = false, operations: FileOperations = FileOperations()) throws -> PartitionLog {
    self.operations = operations
    // Nothing here survives a power failure in earnest, and syncs take their time.
    if operations.onSynchronize == nil { operations.onSynchronize = { _ in } }
    return try PartitionLog.open(
      folder: folder.path, partition: TopicPartition(topic: "t", partition: 0), configuration: configuration, afterCleanShutdown: clean,
      now: now,
      environment: LogEnvironment(
        descriptors: DescriptorCache(operations: operations, capacity: 8), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: { [unowned self] in self.now }))
  }

  /// One batch of `count` records of `size` bytes; `fill` tells batches apart.
  func batch(
    _ count: Int = 1, size: Int = 20, fill: UInt8 = 0x2E, timestamps: [Int64]? = nil, producer: Int64 = -1, epoch: Int16 = 0,
    sequence: Int32 = -1, transactional: Bool = false, compression: CompressionType = .none
  ) throws -> ByteBuffer {
    var builder = RecordBatchBuilder()
    builder.producerID = producer
    builder.producerEpoch = producer >= 0 ? epoch : -1
    builder.baseSequence = sequence
    builder.isTransactional = transactional
    for index in 0..<count {
      builder.append(
        key: ByteBuffer(string: "k"), value: ByteBuffer(repeating: fill, count: size), timestamp: timestamps?[index] ?? now)
    }
    let batch = builder.finish()
    guard compression != .none, var header = BatchHeader(batch) else { return batch }
    header.attributes |= Int16(compression.rawValue)
    let plain = try #require(batch.getSlice(at: BatchHeader.size, length: batch.readableBytes - BatchHeader.size))
    return header.batch(records: try Compression.compress(plain, compression))
  }

  // MARK: Files

  func names(_ suffix: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(suffix) }.sorted()
  }

  func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path(name))) }

  func write(_ data: Data, to name: String) throws { try data.write(to: URL(fileURLWithPath: folder.path(name))) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.path(name)) }

  /// The files as they are now, to be put back.
  func files() throws -> [String: Data] {
    Dictionary(uniqueKeysWithValues: try names().map { ($0, try contents($0)) })
  }

  func restore(_ files: [String: Data]) throws {
    for name in names() where files[name] == nil { try remove(name) }
    for (name, data) in files { try write(data, to: name) }
  }

  static func name(_ offset: Int64, _ suffix: String = SegmentName.log) -> String {
    String(SegmentName.path("", offset, suffix).dropFirst())
  }
}

extension PartitionLog {
  /// Every batch that a reader gets, from one offset on, in portions.
  func batches(
    from start: Int64? = nil, isolation: Isolation = .readUncommitted, maxBytes: Int = 700
  ) throws -> [(header: BatchHeader, bytes: ByteBuffer)] {
    var all: [(BatchHeader, ByteBuffer)] = []
    var offset = start ?? logStartOffset
    while true {
      let read = try read(at: offset, maxBytes: maxBytes, minOneBatch: true, isolation: isolation)
      guard read.records.readableBytes > 0 else { return all }
      var rest = read.records
      while let header = BatchHeader(rest), let bytes = rest.readSlice(length: header.sizeInBytes) {
        #expect(bytes.withUnsafeReadableBytes { BatchHeader.checksum(of: $0) } == header.crc)
        all.append((header, bytes))
      }
      #expect(rest.readableBytes == 0)
      #expect(read.nextOffset > offset)
      offset = read.nextOffset
    }
  }
}
