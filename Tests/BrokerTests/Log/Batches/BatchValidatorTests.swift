import NIOCore
import Testing

@testable import Broker

@Suite struct BatchValidatorTests {
  static let now: Int64 = 1_700_000_000_000
  var configuration = LogConfiguration()

  func batch(_ change: (inout BatchHeader) -> Void = { _ in }, keys: [String?] = ["a", "b", "c"], timestamp: Int64 = now) throws
    -> ByteBuffer
  {
    var builder = RecordBatchBuilder()
    for key in keys { builder.append(key: key.map { ByteBuffer(string: $0) }, value: ByteBuffer(string: "v"), timestamp: timestamp) }
    var bytes = builder.finish()
    var header = try #require(BatchHeader(bytes))
    change(&header)
    _ = bytes.readSlice(length: BatchHeader.size)
    return header.batch(records: bytes)
  }

  func compressed(_ type: CompressionType, keys: [String?] = ["a"]) throws -> ByteBuffer {
    let plain = try batch(keys: keys)
    var header = try #require(BatchHeader(plain))
    header.attributes |= Int16(type.rawValue)
    let records = try #require(plain.getSlice(at: BatchHeader.size, length: plain.readableBytes - BatchHeader.size))
    return header.batch(records: try Compression.compress(records, type))
  }

  func code(_ bytes: ByteBuffer, _ configuration: LogConfiguration? = nil, origin: AppendOrigin = .client) -> ErrorCode {
    do throws(AppendError) {
      _ = try validated(bytes, configuration, origin: origin)
      return .none
    } catch { return error.code }
  }

  func validated(
    _ bytes: ByteBuffer, _ configuration: LogConfiguration? = nil, origin: AppendOrigin = .client
  ) throws(AppendError) -> ValidatedBatch {
    let validator = BatchValidator(configuration: configuration ?? self.configuration, origin: origin, now: Self.now)
    return try bytes.withUnsafeReadableBytes { raw throws(AppendError) in try validator.validate(raw) }
  }

  /// A byte changed without the checksum following.
  func patched(_ bytes: ByteBuffer, at index: Int, _ value: UInt8) -> ByteBuffer {
    var bytes = bytes
    bytes.setInteger(value, at: index)
    return bytes
  }

  @Test("a batch as producers send it passes, compressed in any way", arguments: [CompressionType.none, .gzip, .snappy, .lz4, .zstd])
  func good(type: CompressionType) throws {
    let bytes = try compressed(type)
    #expect(code(bytes) == .none)
    #expect(try validated(bytes).changesChecksum == false)
    var compact = configuration
    compact.cleanupCompact = true
    #expect(code(bytes, compact) == .none)
    #expect(code(try compressed(type, keys: [nil]), compact) == .invalidRecord)
    #expect(code(try compressed(type, keys: [nil])) == .none)
  }

  @Test("formats other than v2 are refused", arguments: [UInt8(0), 1, 3, 0xFF])
  func magic(value: UInt8) throws {
    #expect(code(patched(try batch(), at: 16, value)) == .invalidRecord)
  }

  @Test("what is not a whole batch is refused")
  func sizes() throws {
    let bytes = try batch()
    #expect(code(ByteBuffer()) == .invalidRecord)
    for count in 1..<bytes.readableBytes {
      let result = code(try #require(bytes.getSlice(at: 0, length: count)))
      #expect(result == .invalidRecord)
    }
    var short = bytes
    short.setInteger(10 as Int32, at: 8)
    #expect(code(short) == .corruptMessage)
    short.setInteger(40 as Int32, at: 8)
    #expect(code(short) == .corruptMessage)
    short.setInteger(-1 as Int32, at: 8)
    #expect(code(short) == .corruptMessage)
    short.setInteger(Int32.max, at: 8)
    #expect(code(short) == .invalidRecord)
  }

  @Test("a byte that was changed on the way does not pass, wherever it is")
  func corrupt() throws {
    let bytes = try batch()
    for index in 17..<bytes.readableBytes {
      let old = try #require(bytes.getInteger(at: index, as: UInt8.self))
      #expect(code(patched(bytes, at: index, old ^ 0x10)) == .corruptMessage)
    }
  }

  @Test("several batches are refused, the beginning of a second one is not looked at")
  func several() throws {
    var two = try batch()
    two.writeImmutableBuffer(try batch())
    #expect(code(two) == .invalidRecord)
    #expect(code(try #require(two.getSlice(at: 0, length: two.readableBytes - 1))) == .none)
  }

  @Test("numbers of records that do not agree are refused")
  func counts() throws {
    let wrong: [(inout BatchHeader) -> Void] = [
      { $0.recordCount = 0 }, { $0.recordCount = -1 }, { $0.recordCount = 2 }, { $0.recordCount = .max },
      { $0.lastOffsetDelta = 1 }, { $0.lastOffsetDelta = -1 }, { $0.lastOffsetDelta = .max },
      { ($0.recordCount, $0.lastOffsetDelta) = (4, 3) }, { ($0.recordCount, $0.lastOffsetDelta) = (2, 1) },
      { ($0.recordCount, $0.lastOffsetDelta) = (.max, .max - 1) },
    ]
    for change in wrong { #expect(code(try batch(change)) == .invalidRecord) }
  }

  @Test("what only the broker may write is refused from clients")
  func origins() throws {
    #expect(code(try batch { $0.baseOffset = 5 }) == .invalidRecord)
    #expect(code(try batch { $0.attributes |= 0x20 }) == .invalidRecord)
    #expect(code(try batch { $0.attributes |= 0x40 }) == .invalidRecord)
    #expect(code(try batch { $0.attributes |= 0x10 }) == .invalidRecord)
    #expect(code(try batch { $0.producerID = 3 }) == .invalidRecord)
    #expect(code(try batch { ($0.producerID, $0.producerEpoch, $0.baseSequence) = (3, 0, 0) }) == .none)
    #expect(code(try batch { ($0.producerID, $0.attributes) = (3, 0x10) }, origin: .coordinator) == .none)
    #expect(code(try batch { $0.attributes |= 0x07 }) == .unsupportedCompressionType)
    #expect(code(try batch { $0.attributes |= 0x08 }) == .invalidTimestamp)
  }

  @Test("timestamps outside of what the topic allows are refused, unless the topic takes its own")
  func timestamps() throws {
    var limited = configuration
    limited.timestampBeforeMaxMillis = 1000
    limited.timestampAfterMaxMillis = 2000
    #expect(code(try batch(timestamp: Self.now - 1000), limited) == .none)
    #expect(code(try batch(timestamp: Self.now - 1001), limited) == .invalidTimestamp)
    #expect(code(try batch(timestamp: Self.now + 2000), limited) == .none)
    #expect(code(try batch(timestamp: Self.now + 2001), limited) == .invalidTimestamp)
    #expect(code(try batch(timestamp: -1), limited) == .none)
    limited.timestampType = .logAppendTime
    let stored = try validated(try batch(timestamp: 5), limited)
    #expect(stored.header.timestampType == .logAppendTime)
    #expect(stored.header.maxTimestamp == Self.now)
    #expect(stored.changesChecksum)
    // The largest timestamp is computed, not believed, where the records can be read.
    #expect(try validated(try batch { $0.maxTimestamp = 77 }).header.maxTimestamp == Self.now)
  }

  @Test("a batch may be as large as max.message.bytes, and not larger than a segment")
  func largest() throws {
    let bytes = try batch()
    var limited = configuration
    limited.maxMessageBytes = bytes.readableBytes
    #expect(code(bytes, limited) == .none)
    limited.maxMessageBytes -= 1
    #expect(code(bytes, limited) == .messageTooLarge)
    #expect(code(bytes, limited, origin: .coordinator) == .none)
    limited = configuration
    limited.segmentBytes = bytes.readableBytes - 1
    #expect(code(bytes, limited) == .recordListTooLarge)
  }

  @Test("records that are not laid out as such are refused although the checksum is right", arguments: 0..<8)
  func damaged(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let good = try batch(keys: ["key", nil, "another"])
    var header = try #require(BatchHeader(good))
    var compact = configuration
    compact.cleanupCompact = true
    for _ in 0..<400 {
      var records = try #require(good.getSlice(at: BatchHeader.size, length: good.readableBytes - BatchHeader.size))
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        records.setInteger(UInt8.random(in: 0...255, using: &random), at: Int.random(in: 0..<records.readableBytes, using: &random))
      }
      header.attributes = Int16.random(in: 0...4, using: &random)
      // Whatever is found, it is an answer and not the end of the broker.
      let result = code(header.batch(records: records), compact)
      #expect([.none, .invalidRecord, .invalidTimestamp].contains(result))
    }
  }
}
