internal import Kafka

/// Finds out whether a static member that was fenced has a twin. Pure: is told what the coordinator says, and when.
///
/// Fencing (KIP-345) means two processes with one instance ID, or one that has fenced itself: when its session has ended, librdkafka joins
/// without a member ID and gets a new one, and a commit of before that is sent again after a lost connection still bears the old one. For
/// a client both look alike. A twin lives: it keeps its membership for longer than a session. Whoever does not is nobody.
struct FencedMember: Sendable {
  enum Verdict: Hashable, Sendable {
    /// The name may be taken again.
    case free
    /// Ask again.
    case unclear
    /// Another process has it and lives, or it did not become clear in time.
    case taken
  }

  /// How long somebody has to keep the name to be alive: a session, and what the coordinator may be late in ending it.
  let patience: Duration
  private let instanceID: String
  private let ownID: String?
  private let giveUpAt: ContinuousClock.Instant
  private var heldSince: ContinuousClock.Instant?
  private var silentLooks = 0

  /// - Parameters:
  ///   - instanceID: the name.
  ///   - ownID: what this member was called last; whoever has the name under this ID is gone.
  ///   - sessionTimeout: after which the coordinator lets go of a silent member.
  init(instanceID: String, ownID: String?, sessionTimeout: Duration, now: ContinuousClock.Instant) {
    self.instanceID = instanceID
    self.ownID = ownID
    patience = sessionTimeout + sessionTimeout / 4 + .seconds(2)
    giveUpAt = now + patience * 10
  }

  /// When to look first: at once. Whoever is fenced again soon has a twin that does the same: they take turns, and not at full speed.
  ///
  /// - Parameter joinedAgainAt: when this process last joined again after it was fenced.
  func firstLook(joinedAgainAt: ContinuousClock.Instant?, now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    joinedAgainAt.map { max(now, $0 + patience) } ?? now
  }

  /// The coordinator described the group.
  mutating func saw(_ group: GroupDescription, at now: ContinuousClock.Instant) -> Verdict {
    silentLooks = 0
    guard let holder = group.members.first(where: { $0.instanceID == instanceID }), holder.id != ownID else { return .free }
    // While the others join, whoever has joined is kept without signs of life.
    guard group.state == .stable else { return lookAgain(at: now) }
    let since = heldSince ?? now
    heldSince = since
    return now - since > patience ? .taken : verdict(at: now)
  }

  /// The coordinator did not answer. If it starts again, sessions begin again with it.
  mutating func sawNothing(at now: ContinuousClock.Instant) -> Verdict {
    silentLooks += 1
    return silentLooks > 1 ? lookAgain(at: now) : verdict(at: now)
  }

  private mutating func lookAgain(at now: ContinuousClock.Instant) -> Verdict {
    heldSince = nil
    return verdict(at: now)
  }

  private func verdict(at now: ContinuousClock.Instant) -> Verdict { now >= giveUpAt ? .taken : .unclear }
}
