import NIOCore

/// Damages frames as chance has it: flipped bits, cut ends, lengths at their extremes, pieces of other frames.
struct FrameMutator {
  /// Lengths that go wrong: as 32, 16 and 8 bits, and as varints.
  private static let extremes: [[UInt8]] = [
    [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0x0f, 0x42, 0x40], [0, 0, 0, 0], [0, 0, 0xff, 0xff],
    [0x7f, 0xff], [0xff, 0xff], [0x80, 0], [0, 0], [0], [1], [0x7f], [0xff],
    [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x08], [0xff, 0xff, 0x03], [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  ]

  var random: SeededRandom

  mutating func mutate(_ frame: [UInt8], with other: [UInt8]) -> [UInt8] {
    var frame = frame
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&frame, other) }
    return frame
  }

  private mutating func change(_ frame: inout [UInt8], _ other: [UInt8]) {
    guard !frame.isEmpty else { return frame.append(UInt8.random(in: 0...255, using: &random)) }
    let at = Int.random(in: 0..<frame.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      frame[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2:
      frame.removeSubrange(at...)
    case 3, 4:
      let extreme = Self.extremes.randomElement(using: &random) ?? [0]
      frame.replaceSubrange(at..<min(at + extreme.count, frame.count), with: extreme)
    case 5:
      let from = Int.random(in: 0...other.count, using: &random)
      frame.replaceSubrange(at..., with: other[from...])
    case 6:
      let end = Int.random(in: at...min(at + 16, frame.count), using: &random)
      let to = Int.random(in: 0...frame.count, using: &random)
      frame.insert(contentsOf: Array(frame[at..<end]), at: to)
    default:
      frame.insert(UInt8.random(in: 0...255, using: &random), at: at)
    }
  }
}
