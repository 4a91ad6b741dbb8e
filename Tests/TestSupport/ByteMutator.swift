/// Damages messages as chance has it: flipped bits, cut ends, lengths at their extremes, pieces of other messages.
public struct ByteMutator: Sendable {
  /// Lengths that go wrong, of 32, 16 and 8 bits.
  private static let extremes: [[UInt8]] = [
    [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0x0f, 0x42, 0x40], [0, 0, 0, 0], [0x7f, 0xff], [0xff, 0xff],
    [0x80, 0], [0, 0], [0], [1], [0x7f], [0xff],
  ]

  /// Where chance comes from.
  public var random: SeededRandom

  /// The same seed makes the same damages.
  public init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// A damaged copy, with pieces of `other` perhaps.
  public mutating func mutate(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, other) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let at = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.removeSubrange(at...)
    case 3, 4:
      let extreme = Self.extremes.randomElement(using: &random) ?? [0]
      bytes.replaceSubrange(at..<min(at + extreme.count, bytes.count), with: extreme)
    case 5: bytes.replaceSubrange(at..., with: other[Int.random(in: 0...other.count, using: &random)...])
    case 6:
      let end = Int.random(in: at...min(at + 16, bytes.count), using: &random)
      bytes.insert(contentsOf: Array(bytes[at..<end]), at: Int.random(in: 0...bytes.count, using: &random))
    default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
    }
  }
}
