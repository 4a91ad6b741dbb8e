/// A 128-bit identifier as Kafka's protocol carries it: topic IDs. `zero` means "none".
struct KafkaUUID: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  static let zero = KafkaUUID(high: 0, low: 0)

  /// A random one, version 4 of RFC 9562, never `zero`.
  static func random() -> KafkaUUID {
    KafkaUUID(
      high: UInt64.random(in: .min ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
      low: UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }
}
