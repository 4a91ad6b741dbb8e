/// A query that cannot be answered as it was asked. Safe to show anybody.
public enum DocumentQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text is no key of this kind of document.
  case invalidKey(expected: String)
  /// The cursor was not made by this store.
  case invalidCursor
  /// The page size is out of range.
  case invalidLimit(allowed: ClosedRange<Int>)
  /// A filter has an empty path, or a number that is not finite.
  case invalidFilter(reason: String)

  /// One sentence.
  public var description: String {
    switch self {
    case .invalidKey(let expected): "the key is not of type \(expected)"
    case .invalidCursor: "the cursor is not one that this list gave out"
    case .invalidLimit(let allowed): "the limit must be between \(allowed.lowerBound) and \(allowed.upperBound)"
    case .invalidFilter(let reason): "the filter cannot be used: \(reason)"
    }
  }
}
