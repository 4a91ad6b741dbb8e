import BenchmarkSupport

/// How long records are: most are short, one in a hundred fills a batch.
enum RecordSizes {
  static func next(_ numbers: inout SeededNumbers) -> Int {
    switch Int.random(in: 0..<100, using: &numbers) {
    case 0..<60: Int.random(in: 0...200, using: &numbers)
    case 60..<90: Int.random(in: 200...2000, using: &numbers)
    case 90..<99: Int.random(in: 2000...20_000, using: &numbers)
    default: Int.random(in: 20_000...200_000, using: &numbers)
    }
  }
}
