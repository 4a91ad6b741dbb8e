/// Texts one after the other in one piece of memory, to be compared with texts that a parser holds.
struct TextList: Sendable {
  private var bytes: [UInt8] = []
  /// Where each text ends.
  private var ends: [Int] = []

  var count: Int { ends.count }

  init(count: Int, _ text: (Int) -> UnsafeRawBufferPointer) {
    ends.reserveCapacity(count)
    for index in 0..<count {
      bytes.append(contentsOf: text(index))
      ends.append(bytes.count)
    }
  }

  func string(_ index: Int) -> String { String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self) }

  /// Whether `text` gives these texts, and no others.
  func equals(count: Int, _ text: (Int) -> UnsafeRawBufferPointer) -> Bool {
    guard count == ends.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      var start = 0
      for index in 0..<count {
        let end = ends[index]
        guard text(index).equals(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return false }
        start = end
      }
      return true
    }
  }
}
