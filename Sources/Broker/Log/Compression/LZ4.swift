import CCompression
import NIOCore

/// LZ4 frames (LZ4 Frame Format 1.6), as in record batches of format v2.
enum LZ4 {
  static func decompress(_ bytes: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
    var handle: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&handle, UInt32(LZ4F_VERSION))) == 0, let handle else {
      throw failure("cannot start")
    }
    defer { LZ4F_freeDecompressionContext(handle) }
    var output = BoundedOutput(.lz4, limit: limit, guess: bytes.readableBytes * 4)
    var reason: String?
    bytes.withUnsafeReadableBytes { input in
      var position = 0
      // Zero means that a frame has ended; another may follow.
      var wanted = 1
      while reason == nil, output.bytes.readableBytes <= limit, position < input.count || wanted != 0 {
        var consumed = input.count - position
        let written = output.fill { space in
          var produced = space.count
          wanted = LZ4F_decompress(handle, space.baseAddress, &produced, input.baseAddress.map { $0 + position }, &consumed, nil)
          return LZ4F_isError(wanted) == 0 ? produced : 0
        }
        if LZ4F_isError(wanted) != 0 {
          reason = "is damaged"
        } else if consumed == 0, written == 0, wanted != 0 {
          reason = "is cut off"
        }
        position += consumed
      }
    }
    if let reason { throw failure(reason) }
    try output.checkLimit()
    return output.bytes
  }

  /// With independent blocks: Java's clients refuse others.
  static func compress(_ bytes: ByteBuffer) throws(CompressionError) -> ByteBuffer {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.frameInfo.blockSizeID = LZ4F_max64KB
    var output = ByteBuffer()
    var result = 0
    bytes.withUnsafeReadableBytes { input in
      _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: LZ4F_compressFrameBound(input.count, &preferences)) { space in
        result = LZ4F_compressFrame(space.baseAddress, space.count, input.baseAddress, input.count, &preferences)
        return LZ4F_isError(result) == 0 ? result : 0
      }
    }
    guard LZ4F_isError(result) == 0 else { throw failure("cannot be written") }
    return output
  }

  private static func failure(_ reason: String) -> CompressionError { CompressionError(compression: .lz4, reason: reason) }
}
