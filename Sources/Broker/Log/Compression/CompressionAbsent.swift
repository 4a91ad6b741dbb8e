#if !canImport(CCompression)
  import NIOCore

  enum Gzip {
    static func decompress(_ bytes: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
      throw CompressionError(compression: .gzip, reason: "")
    }
    static func compress(_ bytes: ByteBuffer) throws(CompressionError) -> ByteBuffer {
      throw CompressionError(compression: .gzip, reason: "")
    }
  }
  typealias Snappy = Gzip
  typealias LZ4 = Gzip
  typealias Zstandard = Gzip
#endif
