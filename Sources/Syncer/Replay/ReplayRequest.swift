/// Which replay is wanted, by whom, and why.
public struct ReplayRequest: Hashable, Sendable {
  /// The consumer group.
  public var group: String
  /// The topics; empty is all in which the group has a position.
  public var selection: [ReplaySelection]
  /// Where to.
  public var target: ReplayTarget
  /// Who asks, for the audit: `ann@host`.
  public var actor: String
  /// Why, for the audit.
  public var reason: String

  /// A replay.
  public init(group: String, selection: [ReplaySelection] = [], target: ReplayTarget, actor: String, reason: String = "") {
    self.group = group
    self.selection = selection
    self.target = target
    self.actor = actor
    self.reason = reason
  }
}
