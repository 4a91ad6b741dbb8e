import BenchmarkSupport

/// A value that says who wrote it as which of its records in a partition, and whether it is whole.
///
/// Eight bytes each, little-endian: a checksum of what follows, the producer, the partition, the number; then filling.
struct NumberedValue {
  let producer: Int
  let partition: Int32
  let number: UInt64

  private static let headerBytes = 32

  /// Makes the bytes of one with some filling that can be compressed.
  static func write(producer: Int, partition: Int32, number: UInt64, filling: Int, _ numbers: inout SeededNumbers) -> [UInt8] {
    let words = (filling + 7) / 8
    return [UInt8](unsafeUninitializedCapacity: headerBytes + words * 8) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      raw.storeBytes(of: UInt64(producer).littleEndian, toByteOffset: 8, as: UInt64.self)
      raw.storeBytes(of: UInt64(partition).littleEndian, toByteOffset: 16, as: UInt64.self)
      raw.storeBytes(of: number.littleEndian, toByteOffset: 24, as: UInt64.self)
      var choice: UInt64 = 0
      for word in 0..<words {
        if word % 10 == 0 { choice = numbers.next() }
        // One of 64 words.
        let pattern = (choice & 63) &* 0x0123_4567_89AB_CDEF
        choice >>= 6
        raw.storeBytes(of: pattern.littleEndian, toByteOffset: headerBytes + word * 8, as: UInt64.self)
      }
      count = headerBytes + words * 8 - (words * 8 - filling)
      let sum = checksum(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(raw)[8..<count]))
      raw.storeBytes(of: sum.littleEndian, as: UInt64.self)
    }
  }

  /// Nil where the bytes are not what was written.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.headerBytes else { return nil }
    func word(_ index: Int) -> UInt64 { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
    guard word(0) == Self.checksum(UnsafeRawBufferPointer(rebasing: bytes[8...])), let producer = Int(exactly: word(1)),
      let partition = Int32(exactly: word(2))
    else { return nil }
    self.producer = producer
    self.partition = partition
    number = word(3)
  }

  /// FNV-1a over words of eight bytes, and the bytes that are left.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      hash = (hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))) &* 0x100_0000_01B3
      hash ^= hash >> 29
      index += 8
    }
    for byte in bytes[index...] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
