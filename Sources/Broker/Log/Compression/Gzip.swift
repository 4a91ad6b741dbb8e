import CCompression
import NIOCore

/// gzip (RFC 1952) by zlib.
enum Gzip {
  /// 15 bits of window, and 16 for gzip's header rather than zlib's.
  private static let windowBits: Int32 = 15 + 16

  static func decompress(_ bytes: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
    var stream = z_stream()
    guard sluice_inflate_init(&stream, windowBits) == Z_OK else { throw failure("inflate cannot start") }
    defer { inflateEnd(&stream) }
    var output = BoundedOutput(.gzip, limit: limit, guess: bytes.readableBytes * 4)
    var reason: String?
    bytes.withUnsafeReadableBytes { input in
      // SAFETY: zlib reads through next_in and never writes there; the pointer lives as long as this closure.
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(clamping: input.count)
      while reason == nil {
        var status = Z_OK
        let written = output.fill { space in
          stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
          stream.avail_out = UInt32(clamping: space.count)
          let before = stream.avail_out
          status = inflate(&stream, Z_NO_FLUSH)
          return Int(before - stream.avail_out)
        }
        if output.bytes.readableBytes > limit { break }
        if status == Z_STREAM_END {
          // Members may follow each other (RFC 1952, 2.2), and Java's reader accepts that.
          if stream.avail_in == 0 { break }
          if inflateReset(&stream) != Z_OK { reason = "inflate cannot go on" }
        } else if status != Z_OK {
          reason = status == Z_BUF_ERROR && written == 0 ? "is cut off" : "is damaged"
        }
      }
    }
    if let reason { throw failure(reason) }
    try output.checkLimit()
    return output.bytes
  }

  static func compress(_ bytes: ByteBuffer) throws(CompressionError) -> ByteBuffer {
    var stream = z_stream()
    guard sluice_deflate_init(&stream, Z_DEFAULT_COMPRESSION, windowBits) == Z_OK else { throw failure("deflate cannot start") }
    defer { deflateEnd(&stream) }
    var output = ByteBuffer()
    var status = Z_OK
    let bound = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
    bytes.withUnsafeReadableBytes { input in
      // SAFETY: as above.
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(clamping: input.count)
      output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
        stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(clamping: space.count)
        let before = stream.avail_out
        status = deflate(&stream, Z_FINISH)
        return Int(before - stream.avail_out)
      }
    }
    guard status == Z_STREAM_END else { throw failure("deflate ended with \(status)") }
    return output
  }

  private static func failure(_ reason: String) -> CompressionError { CompressionError(compression: .gzip, reason: reason) }
}
