/// SHA-1 (FIPS 180-4), because connector files may ask for it.
enum SHA1 {
  static func digest(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    var words = [UInt32](repeating: 0, count: 80)
    let padded = MessagePadding.padded(message, block: 64, lengthBytes: 8)
    for start in stride(from: 0, to: padded.count, by: 64) {
      for i in 0..<16 { words[i] = (0..<4).reduce(0) { $0 << 8 | UInt32(padded[start + i * 4 + $1]) } }
      for i in 16..<80 {
        let word: UInt32 = words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16]
        words[i] = word << 1 | word >> 31
      }
      var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
      for i in 0..<80 {
        let (f, k): (UInt32, UInt32) =
          switch i / 20 {
          case 0: ((b & c) | (~b & d), 0x5a82_7999)
          case 1: (b ^ c ^ d, 0x6ed9_eba1)
          case 2: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
          default: (b ^ c ^ d, 0xca62_c1d6)
          }
        let next: UInt32 = (a << 5 | a >> 27) &+ f &+ e &+ k &+ words[i]
        (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, next)
      }
      for (i, value) in [a, b, c, d, e].enumerated() { state[i] &+= value }
    }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
  }
}
