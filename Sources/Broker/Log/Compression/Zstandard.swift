import CCompression
import NIOCore

/// Zstandard (RFC 8878, KIP-110).
enum Zstandard {
  /// Kafka's default level.
  private static let level: Int32 = 3

  /// Frames may follow each other. A frame that asks for a window larger than the library's default of 128 MiB is refused; of a window only
  /// what the frame really fills is resident.
  static func decompress(_ bytes: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
    guard let stream = ZSTD_createDStream() else { throw failure("cannot start") }
    defer { ZSTD_freeDStream(stream) }
    var output = BoundedOutput(.zstd, limit: limit, guess: bytes.readableBytes * 4)
    var reason: String?
    bytes.withUnsafeReadableBytes { input in
      var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
      // Zero means that a frame has ended and is flushed.
      var wanted = 1
      while reason == nil, output.bytes.readableBytes <= limit, source.pos < source.size || wanted != 0 {
        let before = source.pos
        let written = output.fill { space in
          var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
          wanted = ZSTD_decompressStream(stream, &target, &source)
          return ZSTD_isError(wanted) == 0 ? target.pos : 0
        }
        if ZSTD_isError(wanted) != 0 {
          reason = "is damaged"
        } else if source.pos == before, written == 0, wanted != 0 {
          reason = "is cut off"
        }
      }
    }
    if let reason { throw failure(reason) }
    try output.checkLimit()
    return output.bytes
  }

  static func compress(_ bytes: ByteBuffer) throws(CompressionError) -> ByteBuffer {
    var output = ByteBuffer()
    var result = 0
    bytes.withUnsafeReadableBytes { input in
      _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: ZSTD_compressBound(input.count)) { space in
        result = ZSTD_compress(space.baseAddress, space.count, input.baseAddress, input.count, level)
        return ZSTD_isError(result) == 0 ? result : 0
      }
    }
    guard ZSTD_isError(result) == 0 else { throw failure("cannot be written") }
    return output
  }

  private static func failure(_ reason: String) -> CompressionError { CompressionError(compression: .zstd, reason: reason) }
}
