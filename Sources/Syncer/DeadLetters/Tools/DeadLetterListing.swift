/// What there is, for programs: counts, and the first letters.
public struct DeadLetterListing: Hashable, Sendable, Codable {
  /// Letters that have this in common.
  public struct Group: Hashable, Sendable, Codable {
    /// By what they are grouped, and its value.
    public var by: [String: String]
    /// Letters.
    public var letters: Int
    /// Records that wait behind them.
    public var behind: Int64
    /// The oldest record, ms since 1970.
    public var oldest: Int64?
    /// The newest one.
    public var newest: Int64?
  }

  /// All letters that are meant.
  public var total: Int
  /// Their groups, largest first.
  public var groups: [Group]
  /// The first of them; absent where only groups were asked for.
  public var letters: [DeadLetterLine]?

  /// Counts, and letters.
  public init(_ counts: DeadLetterCounts, letters: [DeadLetterLine]?) {
    total = counts.total
    groups = counts.sorted.map { group in
      Group(
        by: Dictionary(zip(counts.groupings.map(\.rawValue), group.names)) { first, _ in first }, letters: group.letters,
        behind: group.behind, oldest: group.oldest, newest: group.newest)
    }
    self.letters = letters
  }
}
