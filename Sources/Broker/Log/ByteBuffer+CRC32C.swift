import CCRC32C
import NIOCore

extension ByteBuffer {
  /// CRC-32C of the readable bytes: the checksum of record batches, and of our own files beside them.
  var crc32c: UInt32 { withUnsafeReadableBytes { sluice_crc32c($0.baseAddress, $0.count) } }
}
