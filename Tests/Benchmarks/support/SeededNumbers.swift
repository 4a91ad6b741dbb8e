/// SplitMix64: the same seed gives the same choices. (When a process is hit still depends on how fast the machine is.)
public struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// `stream` tells several sequences of one seed apart.
  public init(seed: UInt64, stream: UInt64) {
    // Mixed first: seeds that follow each other would otherwise give one sequence, shifted by one.
    state = Self.mixed(seed) &+ stream &* 0xD1B5_4A32_D192_ED03
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var mixed = number
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
