/// SplitMix64: the same seed gives the same numbers on every machine and Swift version, which `SystemRandomNumberGenerator` does not.
struct SeededGenerator: Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number of a range; the bias of the remainder is far below what sample data could show.
  mutating func integer(_ range: ClosedRange<Int64>) -> Int64 {
    let count = UInt64(range.upperBound - range.lowerBound) + 1
    return range.lowerBound + Int64(next() % count)
  }

  /// An element of a list that is not empty; `fallback` otherwise.
  mutating func pick<Element>(_ elements: [Element], or fallback: Element) -> Element {
    elements.isEmpty ? fallback : elements[Int(next() % UInt64(elements.count))]
  }

  /// True so many times of a hundred.
  mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }
}
