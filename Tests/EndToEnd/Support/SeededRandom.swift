import Foundation

/// A repeatable source of chance (SplitMix64); the seed is printed, and `SLUICE_TEST_SEED` sets it.
struct SeededRandom: RandomNumberGenerator, Sendable {
  let seed: UInt64
  private var state: UInt64

  init(for test: String) {
    let chosen = ProcessInfo.processInfo.environment["SLUICE_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
    self.init(seed: chosen)
    print("\(test): seed \(chosen); SLUICE_TEST_SEED=\(chosen) repeats it")
  }

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
