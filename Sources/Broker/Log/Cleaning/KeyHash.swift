/// A 128-bit hash that stands for a record's key in compaction: SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, the reference
/// implementation's `outlen` 16), under a key drawn at random.
///
/// Two keys with the same hash would be taken for one, and the older record lost. By chance that does not happen (2^-64 for four thousand
/// million keys), and nobody who does not know the random key can choose keys that do it.
struct KeyHash: Sendable {
  private let key0: UInt64
  private let key1: UInt64

  init(key0: UInt64 = .random(in: .min ... .max), key1: UInt64 = .random(in: .min ... .max)) {
    self.key0 = key0
    self.key1 = key1
  }

  func callAsFunction(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    var v0 = key0 ^ 0x736f_6d65_7073_6575
    var v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xEE
    var v2 = key0 ^ 0x6c79_6765_6e65_7261
    var v3 = key1 ^ 0x7465_6462_7974_6573

    func round() {
      v0 = v0 &+ v1
      v1 = Self.rotate(v1, 13) ^ v0
      v0 = Self.rotate(v0, 32)
      v2 = v2 &+ v3
      v3 = Self.rotate(v3, 16) ^ v2
      v0 = v0 &+ v3
      v3 = Self.rotate(v3, 21) ^ v0
      v2 = v2 &+ v1
      v1 = Self.rotate(v1, 17) ^ v2
      v2 = Self.rotate(v2, 32)
    }

    let whole = bytes.count & ~7
    for offset in stride(from: 0, to: whole, by: 8) {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      v3 ^= word
      round()
      round()
      v0 ^= word
    }
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    for (index, byte) in bytes[whole...].enumerated() { last |= UInt64(byte) << (8 * UInt64(index)) }
    v3 ^= last
    round()
    round()
    v0 ^= last
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return (first, v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value &<< by | value &>> (64 - by) }
}
