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
    /// Another process has it and lives.
    case taken
  }

  /// What this member was called last; whoever has the name under this ID is gone.
  let ownID: String?
  /// How long somebody has to keep the name to be alive.
  let patience: Duration
  private var heldSince: ContinuousClock.Instant?

  /// - Parameter sessionTimeout: after which the coordinator lets go of a silent member. It looks at the clock now and then only, so that a
  ///   quarter and two seconds come on top.
  init(ownID: String?, sessionTimeout: Duration) {
    self.ownID = ownID
    patience = sessionTimeout + sessionTimeout / 4 + .seconds(2)
  }

  /// The coordinator said who has the name: a member's ID, or nobody.
  mutating func saw(holder: String?, at now: ContinuousClock.Instant) -> Verdict {
    guard let holder, holder != ownID else { return .free }
    let since = heldSince ?? now
    heldSince = since
    return now - since > patience ? .taken : .unclear
  }

  /// The coordinator did not answer. If it starts again, sessions begin again with it.
  mutating func sawNothing() {
    heldSince = nil
  }
}
