import NIOCore

/// Where a decompressor writes: grows as needed, never beyond a limit.
struct BoundedOutput {
  private(set) var bytes = ByteBuffer()
  let compression: CompressionType
  let limit: Int

  init(_ compression: CompressionType, limit: Int, guess: Int) {
    self.compression = compression
    self.limit = limit
    bytes.reserveCapacity(max(64, min(limit, guess)))
  }

  /// Has `write` fill free space, of at least one byte, and say how much of it was filled.
  ///
  /// At the limit the space is one byte that does not count: a stream which ends there may still be told so, a larger one is refused.
  mutating func fill<Failure>(
    _ write: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int where Failure: Error {
    let room = limit - bytes.readableBytes
    if bytes.writableBytes == 0 { bytes.reserveCapacity(minimumWritableBytes: max(64, min(bytes.readableBytes, room))) }
    var result: Result<Int, Failure> = .success(0)
    bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { space in
      let space = UnsafeMutableRawBufferPointer(rebasing: space.prefix(max(1, room)))
      do throws(Failure) {
        let written = try write(space)
        result = .success(written)
        return written
      } catch {
        result = .failure(error)
        return 0
      }
    }
    return try result.get()
  }

  /// Throws once more than the limit was written.
  func checkLimit() throws(CompressionError) {
    guard bytes.readableBytes <= limit else {
      throw CompressionError(compression: compression, reason: "stands for more than \(limit) bytes")
    }
  }
}
