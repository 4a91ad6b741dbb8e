import NIOCore

/// The codecs in which producers compress the records of a batch.
///
/// The broker passes compressed batches on as they came. Only compaction, the exact answer to a look-up by time and the replay of a
/// coordinator's log look inside. Functions without state, for any thread.
enum Compression {
  /// The plain form of `bytes`.
  ///
  /// - Parameter limit: in bytes; a few thousand bytes can stand for gigabytes, so nothing beyond this is ever held in memory.
  /// - Throws: when the bytes are damaged, cut off, or stand for more than `limit`.
  static func decompress(_ bytes: ByteBuffer, _ compression: CompressionType, limit: Int) throws(CompressionError) -> ByteBuffer {
    switch compression {
    case .none: bytes
    case .gzip: try Gzip.decompress(bytes, limit: limit)
    case .snappy: try Snappy.decompress(bytes, limit: limit)
    case .lz4: try LZ4.decompress(bytes, limit: limit)
    case .zstd: try Zstandard.decompress(bytes, limit: limit)
    }
  }

  /// The compressed form of `bytes`, such that Kafka's own clients read it.
  static func compress(_ bytes: ByteBuffer, _ compression: CompressionType) throws(CompressionError) -> ByteBuffer {
    switch compression {
    case .none: bytes
    case .gzip: try Gzip.compress(bytes)
    case .snappy: try Snappy.compress(bytes)
    case .lz4: try LZ4.compress(bytes)
    case .zstd: try Zstandard.compress(bytes)
    }
  }
}
