/// The newest offset of each key in the part of a log that is being compacted, in a fixed amount of memory (Kafka's `SkimpyOffsetMap`).
///
/// A table of 24 bytes a slot, a key's hash and its offset, with linear probing; nothing is ever deleted from it. Kafka gives this table
/// 128 MiB (`log.cleaner.dedupe.buffer.size`); a compaction that does not fit takes several rounds.
struct OffsetMap {
  static let bytesPerSlot = 24

  private let hash: KeyHash
  /// Three words a slot: two of the hash, then the offset plus one, where zero marks a free slot.
  private var words: [UInt64]
  private let slots: Int
  /// How many keys it takes: 90 % of the slots (`log.cleaner.io.buffer.load.factor`).
  let capacity: Int
  private(set) var count = 0
  /// Every record up to this offset, from where the dirty part began, is in the map; -1 for none.
  var latestOffset: Int64 = -1

  /// - Parameters:
  ///   - memory: in bytes, at least a few slots are taken.
  ///   - hash: for tests; under a random key otherwise.
  init(memory: Int, hash: KeyHash = KeyHash()) {
    self.hash = hash
    slots = max(8, memory / Self.bytesPerSlot)
    capacity = slots * 9 / 10
    words = [UInt64](repeating: 0, count: slots * 3)
  }

  var isFull: Bool { count >= capacity }

  /// Sets the key's offset.
  ///
  /// - Returns: false when the map is full and does not hold the key yet.
  mutating func put(_ key: UnsafeRawBufferPointer, _ offset: Int64) -> Bool {
    let (first, second) = hash(key)
    let at = place(of: first, second)
    if words[at + 2] == 0 {
      guard !isFull else { return false }
      words[at] = first
      words[at + 1] = second
      count += 1
    }
    words[at + 2] = UInt64(bitPattern: offset &+ 1)
    return true
  }

  /// The newest offset of the key; -1 when the dirty part does not have it.
  func offset(of key: UnsafeRawBufferPointer) -> Int64 {
    let (first, second) = hash(key)
    return Int64(bitPattern: words[place(of: first, second) + 2]) - 1
  }

  /// Where the key stands or, if it does not, the free slot where it would. There always is one: the table is never filled.
  private func place(of first: UInt64, _ second: UInt64) -> Int {
    var slot = Int(first % UInt64(slots))
    while true {
      let at = slot * 3
      if words[at + 2] == 0 || (words[at] == first && words[at + 1] == second) { return at }
      slot = slot + 1 == slots ? 0 : slot + 1
    }
  }
}
