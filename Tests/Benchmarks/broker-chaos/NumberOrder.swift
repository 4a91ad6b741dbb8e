/// Knows which number comes next of each producer in each partition.
struct NumberOrder {
  private struct Stream: Hashable {
    let producer: Int
    let partition: Int32
  }

  private let beginsAtZero: Bool
  private var next: [Stream: UInt64] = [:]

  /// - Parameter beginsAtZero: whether all is read from the beginning; else the first number that comes of a stream is taken as it is.
  init(beginsAtZero: Bool) { self.beginsAtZero = beginsAtZero }

  /// Where to begin with a partition is not known any more.
  mutating func forget(_ partition: Int32) { next = next.filter { $0.key.partition != partition } }

  /// The number that was due where it is another one.
  mutating func expect(_ value: NumberedValue) -> UInt64? {
    let stream = Stream(producer: value.producer, partition: value.partition)
    let expected = next.updateValue(value.number + 1, forKey: stream) ?? (beginsAtZero ? 0 : nil)
    return expected == nil || expected == value.number ? nil : expected
  }

  /// How many there were.
  func count(producer: Int, partition: Int) -> UInt64 { next[Stream(producer: producer, partition: Int32(partition))] ?? 0 }
}
