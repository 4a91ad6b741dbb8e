/// How a batch's records are compressed: the lowest three bits of its attributes (KIP-98's format, KIP-110 for zstd).
enum CompressionType: UInt8, Sendable {
  case none = 0
  case gzip = 1
  case snappy = 2
  case lz4 = 3
  case zstd = 4
}
