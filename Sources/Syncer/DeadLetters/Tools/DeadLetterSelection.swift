/// Which dead letters an operator means. What is nil or empty does not matter; what is set must all hold. Pure.
public struct DeadLetterSelection: Hashable, Sendable {
  /// Dead-letter topics, or topics whose dead letters are meant; empty is every topic with the suffix of dead letters.
  public var topics: [String] = []
  /// Partitions of the dead-letter topics.
  public var partitions: Set<Int32> = []
  /// Single letters.
  public var places: Set<DeadLetterPlace> = []
  /// Offsets in the dead-letter topics, inclusive.
  public var offsets: ClosedRange<Int64>?
  /// Records of this time or later, ms since 1970.
  public var from: Int64?
  /// Records before this time, ms since 1970.
  public var before: Int64?
  /// The whole key.
  public var key: [UInt8]?
  /// The class of the error: its whole name, or what follows the last point or dollar sign of it.
  public var errorName: String?
  /// The handler that failed, named in the same way.
  public var handler: String?

  /// Everything.
  public init() {}

  /// Whether a letter is meant. Topics are left to the reader, which knows those that there are.
  public func matches(_ letter: StoredDeadLetter) -> Bool {
    if !places.isEmpty, !places.contains(letter.place) { return false }
    if !partitions.isEmpty, !partitions.contains(letter.record.partition) { return false }
    if let offsets, !offsets.contains(letter.record.offset) { return false }
    if let from, letter.timestamp < from { return false }
    if let before, letter.timestamp >= before { return false }
    if let key, letter.record.key != key { return false }
    if let errorName, !Self.names(errorName, letter.errorName) { return false }
    if let handler, !Self.names(handler, letter.handler) { return false }
    return true
  }

  /// The part of a partition that has to be read.
  ///
  /// - Parameter log: from the oldest offset to behind the newest one.
  /// - Returns: the offsets to read; empty for none.
  public func range(of partition: (topic: String, number: Int32), log: Range<Int64>) -> Range<Int64> {
    if !partitions.isEmpty, !partitions.contains(partition.number) { return log.lowerBound..<log.lowerBound }
    var wanted = log
    if let offsets { wanted = wanted.clamped(to: offsets.lowerBound..<(offsets.upperBound == .max ? .max : offsets.upperBound + 1)) }
    guard !places.isEmpty else { return wanted }
    let mine = places.filter { $0.partition.topic == partition.topic && $0.partition.partition == partition.number }.map(\.offset)
    guard let first = mine.min(), let last = mine.max() else { return log.lowerBound..<log.lowerBound }
    return wanted.clamped(to: first..<(last == .max ? .max : last + 1))
  }

  /// Reads `10`, `10-20` or `10-`; nil for anything else.
  public static func offsets(parsing text: String) -> ClosedRange<Int64>? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = parts.first.flatMap({ Int64($0) }), parts.count <= 2 else { return nil }
    let last = parts.count == 1 ? first : parts[1].isEmpty ? Int64.max : Int64(parts[1])
    guard let last, first <= last else { return nil }
    return first...last
  }

  private static func names(_ wanted: String, _ name: String?) -> Bool {
    guard let name else { return false }
    return name == wanted || name.hasSuffix("." + wanted) || name.hasSuffix("$" + wanted)
  }
}
