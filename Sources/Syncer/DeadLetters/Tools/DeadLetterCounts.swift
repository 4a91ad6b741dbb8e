/// Dead letters counted by what they have in common. Bounded: beyond ``mostGroups`` everything new is counted as one.
public struct DeadLetterCounts: Sendable {
  /// What letters are grouped by.
  public enum Grouping: String, Hashable, Sendable, CaseIterable {
    /// The topic that the records came from.
    case topic
    /// The partition of the dead-letter topic.
    case partition
    /// The class of the error.
    case errorClass = "class"
    /// The handler that failed.
    case handler
    /// The key.
    case key
    /// What has become of the letters.
    case state

    /// What a letter counts as.
    public func name(of item: DeadLetterItem) -> String {
      switch self {
      case .topic: item.letter.topic ?? item.letter.record.topic
      case .partition: item.letter.record.topicPartition.description
      case .errorClass: item.letter.errorName ?? "-"
      case .handler: item.letter.handler ?? "-"
      case .key: item.letter.record.key.map { String(decoding: $0, as: UTF8.self) } ?? "-"
      case .state: item.state.name
      }
    }
  }

  /// Letters with the same names.
  public struct Group: Hashable, Sendable, Codable {
    /// One name for each grouping.
    public var names: [String]
    /// Letters.
    public var letters = 0
    /// Records that wait behind them.
    public var behind: Int64 = 0
    /// The oldest record, ms since 1970; nil where none has a time.
    public var oldest: Int64?
    /// The newest one.
    public var newest: Int64?
  }

  /// The most groups that are told apart.
  public static let mostGroups = 10_000

  /// What is grouped by.
  public let groupings: [Grouping]
  /// All letters together.
  public private(set) var total = 0
  private var groups: [[String]: Group] = [:]

  /// Nothing counted yet.
  public init(by groupings: [Grouping]) {
    self.groupings = groupings
  }

  /// Counts a letter.
  public mutating func add(_ item: DeadLetterItem) {
    total += 1
    var names = groupings.map { $0.name(of: item) }
    if groups[names] == nil, groups.count >= Self.mostGroups { names = groupings.map { _ in "others" } }
    var group = groups[names] ?? Group(names: names)
    group.letters += 1
    if case .parked(_, let behind, _) = item.state { group.behind += behind }
    if item.letter.timestamp >= 0 {
      group.oldest = min(group.oldest ?? .max, item.letter.timestamp)
      group.newest = max(group.newest ?? .min, item.letter.timestamp)
    }
    groups[names] = group
  }

  /// The groups, largest first.
  public var sorted: [Group] {
    groups.values.sorted { $0.letters == $1.letters ? $0.names.lexicographicallyPrecedes($1.names) : $0.letters > $1.letters }
  }
}
