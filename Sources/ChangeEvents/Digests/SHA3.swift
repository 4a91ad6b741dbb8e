/// SHA-3 (FIPS 202): Keccak-f[1600] as a sponge.
enum SHA3 {
  private static let rounds: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a, 0x8000_0000_8000_8000, 0x0000_0000_0000_808b,
    0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009, 0x0000_0000_0000_008a, 0x0000_0000_0000_0088,
    0x0000_0000_8000_8009, 0x0000_0000_8000_000a, 0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089,
    0x8000_0000_0000_8003, 0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800a, 0x8000_0000_8000_000a,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  /// - Parameter count: bytes of the digest.
  static func digest(_ message: [UInt8], count: Int) -> [UInt8] {
    let rate = 200 - 2 * count
    var padded = message
    padded.append(0x06)
    while padded.count % rate != 0 { padded.append(0) }
    padded[padded.count - 1] |= 0x80
    var state = [UInt64](repeating: 0, count: 25)
    for start in stride(from: 0, to: padded.count, by: rate) {
      for i in 0..<rate { state[i / 8] ^= UInt64(padded[start + i]) << UInt64(8 * (i % 8)) }
      permute(&state)
    }
    return (0..<count).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64(8 * ($0 % 8))) }
  }

  private static func rotated(_ x: UInt64, _ n: UInt64) -> UInt64 { n == 0 ? x : x << n | x >> (64 - n) }

  private static func permute(_ a: inout [UInt64]) {
    for constant in rounds {
      // theta
      var c = [UInt64](repeating: 0, count: 5)
      for lane in 0..<25 { c[lane % 5] ^= a[lane] }
      for x in 0..<5 {
        let d: UInt64 = c[(x + 4) % 5] ^ rotated(c[(x + 1) % 5], 1)
        for y in stride(from: 0, to: 25, by: 5) { a[x + y] ^= d }
      }
      // rho and pi, along the one cycle that moves every lane but the first
      var (x, y) = (1, 0)
      var current = a[1]
      for t in 0..<24 {
        (x, y) = (y, (2 * x + 3 * y) % 5)
        let moved = rotated(current, UInt64((t + 1) * (t + 2) / 2 % 64))
        current = a[x + 5 * y]
        a[x + 5 * y] = moved
      }
      // chi
      for y in stride(from: 0, to: 25, by: 5) {
        let row: [UInt64] = Array(a[y..<y + 5])
        for x in 0..<5 {
          let next: UInt64 = ~row[(x + 1) % 5]
          a[y + x] = row[x] ^ (next & row[(x + 2) % 5])
        }
      }
      // iota
      a[0] ^= constant
    }
  }
}
