/// The hash by which a parked key is found: FNV-1a of 64 bits over the key's bytes, the same in every process and version, as it is stored.
///
/// It only has to be cheap: two keys of one hash are told apart by their bytes wherever it matters.
/// Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (draft-eastlake-fnv).
enum KeyHash {
  static func of(_ key: [UInt8]) -> Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key {
      hash ^= UInt64(byte)
      hash &*= 0x0000_0100_0000_01b3
    }
    return Int64(bitPattern: hash)
  }
}
