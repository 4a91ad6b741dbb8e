import NIOCore
import Testing

@testable import Broker

@Suite struct CompressionTests {
  static let codecs: [CompressionType] = [.gzip, .snappy, .lz4, .zstd]
  static let limit = 1 << 22

  static func text(_ count: Int) -> ByteBuffer {
    var generator = SystemRandomNumberGenerator()
    var bytes = ByteBuffer()
    while bytes.readableBytes < count { bytes.writeString("record \(Int.random(in: 0..<1000, using: &generator)) ") }
    return bytes.readSlice(length: count) ?? bytes
  }

  @Test("what was compressed comes back", arguments: codecs, [0, 1, 100, 32 * 1024, 70_000, 1_000_000])
  func roundTrip(codec: CompressionType, size: Int) throws {
    let plain = Self.text(size)
    let compressed = try Compression.compress(plain, codec)
    #expect(try Compression.decompress(compressed, codec, limit: Self.limit) == plain)
    #expect(try Compression.decompress(compressed, codec, limit: size) == plain)
  }

  @Test("a few bytes that stand for more than the limit are refused", arguments: codecs)
  func bomb(codec: CompressionType) throws {
    let compressed = try Compression.compress(ByteBuffer(repeating: 0, count: 64 << 20), codec)
    #expect(throws: CompressionError.self) { try Compression.decompress(compressed, codec, limit: 1 << 20) }
    let little = try Compression.compress(ByteBuffer(repeating: 0, count: 1001), codec)
    #expect(throws: CompressionError.self) { try Compression.decompress(little, codec, limit: 1000) }
  }

  @Test("cut off anywhere, it is refused or, between two frames, shorter", arguments: codecs)
  func cutOff(codec: CompressionType) throws {
    let plain = Self.text(40_000)
    let compressed = try Compression.compress(plain, codec)
    for length in stride(from: 1, to: compressed.readableBytes, by: 97) {
      guard let part = compressed.getSlice(at: compressed.readerIndex, length: length) else { continue }
      if let result = try? Compression.decompress(part, codec, limit: Self.limit) {
        #expect(result.readableBytes < plain.readableBytes)
      }
    }
  }

  @Test("damaged bytes never take it down", arguments: codecs)
  func damage(codec: CompressionType) throws {
    let compressed = try Compression.compress(Self.text(5000), codec)
    for _ in 0..<2000 {
      var damaged = compressed
      for _ in 0..<3 {
        damaged.setInteger(UInt8.random(in: .min ... .max), at: Int.random(in: 0..<compressed.readableBytes))
      }
      _ = try? Compression.decompress(damaged, codec, limit: 1 << 20)
    }
  }

  @Test("snappy without framing is read, as librdkafka sends it")
  func rawSnappy() throws {
    // "aaaaaaaaaaaaaaaaaaaa": length 20, a literal of one byte, a copy of 19 bytes at distance 1.
    let raw = ByteBuffer(bytes: [0x14, 0x00, 0x61, 0x4A, 0x01, 0x00])
    #expect(try Compression.decompress(raw, .snappy, limit: 100) == ByteBuffer(string: String(repeating: "a", count: 20)))
  }

  @Test("frames that follow each other are read as one", arguments: codecs)
  func frames(codec: CompressionType) throws {
    var both = try Compression.compress(ByteBuffer(string: "one "), codec)
    var second = try Compression.compress(ByteBuffer(string: "two"), codec)
    both.writeBuffer(&second)
    #expect(try Compression.decompress(both, codec, limit: 100) == ByteBuffer(string: "one two"))
  }

  @Test("an empty input is refused by the codecs that have a frame", arguments: [CompressionType.gzip, .lz4, .zstd])
  func empty(codec: CompressionType) {
    #expect(throws: CompressionError.self) { try Compression.decompress(ByteBuffer(), codec, limit: 100) }
  }
}
