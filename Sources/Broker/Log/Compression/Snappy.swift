import CCompression
import NIOCore

/// snappy, in both forms that producers send: xerial's framing (Java's `SnappyOutputStream`, also franz-go and kafka-python) and one raw
/// block (librdkafka). Written with the framing, as Kafka itself does.
///
/// Framing: the magic, version and compatible version (int32, big-endian), then blocks with their length (int32, big-endian) before them.
enum Snappy {
  private static let magic: [UInt8] = [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00]
  /// Plain bytes in a block, as Java's clients have it.
  private static let blockBytes = 32 * 1024

  static func decompress(_ bytes: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
    var output = ByteBuffer()
    guard isFramed(bytes) else {
      try append(bytes, to: &output, limit: limit)
      return output
    }
    var rest = bytes
    while rest.readableBytes > 0 {
      if isFramed(rest) {
        // Streams may follow each other, each with its header.
        rest.moveReaderIndex(forwardBy: magic.count + 8)
        continue
      }
      guard let length = rest.readInteger(as: Int32.self), length > 0, let block = rest.readSlice(length: Int(length)) else {
        throw failure("is cut off")
      }
      try append(block, to: &output, limit: limit)
    }
    return output
  }

  static func compress(_ bytes: ByteBuffer) throws(CompressionError) -> ByteBuffer {
    var output = ByteBuffer()
    output.writeBytes(magic)
    output.writeMultipleIntegers(Int32(1), Int32(1))
    var rest = bytes
    while let block = rest.readSlice(length: min(blockBytes, rest.readableBytes)), block.readableBytes > 0 {
      let lengthIndex = output.writerIndex
      output.writeInteger(Int32(0))
      var status = SNAPPY_OK
      let written = block.withUnsafeReadableBytes { input in
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: snappy_max_compressed_length(input.count)) { space in
          var length = space.count
          status = snappy_compress(
            input.bindMemory(to: CChar.self).baseAddress, input.count, space.bindMemory(to: CChar.self).baseAddress, &length)
          return status == SNAPPY_OK ? length : 0
        }
      }
      guard status == SNAPPY_OK else { throw failure("cannot be written") }
      output.setInteger(Int32(written), at: lengthIndex)
    }
    return output
  }

  private static func isFramed(_ bytes: ByteBuffer) -> Bool {
    bytes.readableBytes >= magic.count + 8 && bytes.readableBytesView.prefix(magic.count).elementsEqual(magic)
  }

  /// A block says in its first bytes how long its plain form is, so the limit is checked before anything is allocated.
  private static func append(_ block: ByteBuffer, to output: inout ByteBuffer, limit: Int) throws(CompressionError) {
    var length = 0
    let readable = block.withUnsafeReadableBytes {
      snappy_uncompressed_length($0.bindMemory(to: CChar.self).baseAddress, $0.count, &length) == SNAPPY_OK
    }
    guard readable else { throw failure("is damaged") }
    guard length <= limit - output.readableBytes else { throw failure("stands for more than \(limit) bytes") }
    guard length > 0 else { return }
    var status = SNAPPY_OK
    block.withUnsafeReadableBytes { input in
      _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
        var written = space.count
        status = snappy_uncompress(
          input.bindMemory(to: CChar.self).baseAddress, input.count, space.bindMemory(to: CChar.self).baseAddress, &written)
        return status == SNAPPY_OK ? written : 0
      }
    }
    guard status == SNAPPY_OK else { throw failure("is damaged") }
  }

  private static func failure(_ reason: String) -> CompressionError { CompressionError(compression: .snappy, reason: reason) }
}
