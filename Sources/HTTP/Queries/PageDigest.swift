import ReadModels

/// A digest of a page, for its entity tag: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), two different bases of 64 bits each. Not a
/// defence against forgery, which an entity tag is not.
struct PageDigest {
  private var first: UInt64 = 0xCBF2_9CE4_8422_2325
  private var second: UInt64 = 0x6C62_272E_07BB_0142

  mutating func add(_ document: StoredDocument) {
    add(document.key.utf8)
    add("\u{0}\(document.version)\u{0}".utf8)
  }

  mutating func add(next cursor: String?) { add((cursor ?? "").utf8) }

  var text: String { String(first, radix: 36) + "-" + String(second, radix: 36) }

  private mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
      second = (second &* 0x100_0000_01B3) ^ UInt64(byte)
    }
  }
}
