internal import Kafka

/// One of the lanes into which the keys of a partition are divided, so that they can be applied at the same time.
struct Lane: Hashable, Sendable {
  /// From 0.
  var index: Int
  /// How many lanes the partition has.
  var count: Int

  /// Which lane a key belongs to: FNV-1a over its bytes, modulo the number of lanes. Progress is stored by it: it must never change.
  static func index(of key: [UInt8], count: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // FNV's low bits are the weakest.
    return Int((hash ^ (hash >> 32)) % UInt64(max(count, 1)))
  }

  /// Whether a record has to wait for all that stand before it, and all behind it for this one: it has no key, or it truncates tables.
  ///
  /// The value is not parsed here. What looks like a truncation and is none is only applied by itself.
  static func isBarrier(_ record: ConsumerRecord) -> Bool {
    guard record.key != nil else { return true }
    guard let value = record.value else { return false }
    return value.withUnsafeBytes(holdsTruncation)
  }

  /// Looks for `"op":"t"`, with or without spaces.
  private static func holdsTruncation(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let name: [UInt8] = Array(#""op""#.utf8)
    var start = 0
    while start + name.count < bytes.count {
      guard let found = bytes[start...].firstIndex(of: name[0]) else { return false }
      start = found + 1
      guard found + name.count < bytes.count, bytes[found..<found + name.count].elementsEqual(name) else { continue }
      let rest = bytes[(found + name.count)...].lazy.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
      if rest.prefix(4).elementsEqual(Array(#":"t""#.utf8)) { return true }
    }
    return false
  }
}
