/// Pages of a heap that were read: ranges in order, none touching another.
struct PageRanges: Hashable, Sendable {
  /// From the first page to the one behind the last; a range to `endless` includes all that a heap may grow by.
  private(set) var ranges: [Range<Int64>] = []

  /// Beyond every page number, which has 32 bits.
  static let endless: Int64 = 1 << 32

  init() {}

  var isEmpty: Bool { ranges.isEmpty }
  /// Every page a heap may have.
  var isComplete: Bool { ranges == [0..<Self.endless] }

  mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    var merged = range
    var others: [Range<Int64>] = []
    for other in ranges {
      if other.upperBound < merged.lowerBound || other.lowerBound > merged.upperBound {
        others.append(other)
      } else {
        merged = min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
      }
    }
    others.append(merged)
    ranges = others.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// What is not in it.
  var rest: [Range<Int64>] {
    var rest: [Range<Int64>] = []
    var start: Int64 = 0
    for range in ranges {
      if range.lowerBound > start { rest.append(start..<range.lowerBound) }
      start = range.upperBound
    }
    if start < Self.endless { rest.append(start..<Self.endless) }
    return rest
  }

  /// Such as `0-4095,8192-`.
  var text: String {
    ranges.map { "\($0.lowerBound)-" + ($0.upperBound >= Self.endless ? "" : "\($0.upperBound - 1)") }.joined(separator: ",")
  }

  /// - Returns: nil if the text is not of this form.
  init?(_ text: String) {
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard ends.count == 2, let first = Int64(ends[0]), (0..<Self.endless).contains(first) else { return nil }
      guard !ends[1].isEmpty else {
        insert(first..<Self.endless)
        continue
      }
      guard let last = Int64(ends[1]), (first..<Self.endless).contains(last) else { return nil }
      insert(first..<(last + 1))
    }
  }
}
