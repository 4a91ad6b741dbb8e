internal import NIOCore

/// One group of the classic rebalance protocol, as a state machine without clock, log or network (Kafka's ClassicGroup and
/// GroupMetadataManager; KIP-62, KIP-345, KIP-394, KIP-814).
///
/// Each step takes the time and returns what is to be done, in order; whoever does it holds no group while doing it, since
/// an answer or a write may lead to the next step at once.
struct ClassicGroup: Sendable {
  let groupID: String
  let configuration: GroupConfiguration

  var state = ClassicGroupState.empty
  /// The state before this one: a rebalance that began in an empty group gathers members for a while.
  var previousState = ClassicGroupState.dead
  /// When the group came into its state, in milliseconds since the Unix epoch; `nil` for records that do not say.
  var stateTimestamp: Int64?
  var generationID: Int32 = 0
  /// What kind of group this is: `consumer`, `connect`; `nil` for a group that only ever committed offsets.
  var protocolType: String?
  /// The protocol of this generation that all members support.
  var protocolName: String?
  var leaderID: String?
  var members: [String: GroupMember] = [:]
  /// Member IDs by group instance ID.
  var staticMembers: [String: String] = [:]
  /// Member IDs that were handed out and have not joined yet.
  var pendingMembers: Set<String> = []
  /// Members of this generation that have not synced yet.
  var pendingSyncMembers: Set<String> = []
  /// Whether somebody joined since the gathering delay began.
  var newMemberAdded = false
  /// How much longer members may be gathered after the delay that runs, in milliseconds.
  var gatheringLeft: Int32 = 0
  /// The gathering delay that runs, in milliseconds, or `nil`.
  var gatheringDelay: Int32?
  /// Whether the leader's assignment is being written.
  var isSavingAssignment = false
  /// What the members of this generation subscribe to, or `nil` when it is not known.
  var subscribedTopics: Set<String>?
  var memberCount = 0
  var now: Int64
  var actions: [GroupAction] = []

  init(groupID: String, configuration: GroupConfiguration, now: Int64) {
    self.groupID = groupID
    self.configuration = configuration
    self.now = now
    stateTimestamp = now
  }

  // MARK: What it is

  var isConsumerGroup: Bool { protocolType == ConsumerSubscription.protocolType }
  /// The members, the oldest first.
  var membersInOrder: [GroupMember] { members.values.sorted { $0.order < $1.order } }
  var awaitingJoinCount: Int { members.values.count { $0.isAwaitingJoin } }
  var hasAllMembersJoined: Bool { pendingMembers.isEmpty && members.values.allSatisfy(\.isAwaitingJoin) }
  /// The longest of the members' rebalance timeouts, in milliseconds.
  var rebalanceTimeout: Int32 { members.values.lazy.map(\.rebalanceTimeout).max() ?? 0 }

  func isLeader(_ memberID: String) -> Bool { leaderID == memberID }

  /// Whether a member consumes the topic, as far as is known: a consumer group whose subscriptions cannot be read may consume anything.
  func isSubscribed(to topic: String) -> Bool { subscribedTopics?.contains(topic) ?? isConsumerGroup }

  /// Whether a member with these protocols has one in common with all members.
  func supports(type: String, _ protocols: [GroupMember.SupportedProtocol]) -> Bool {
    guard !type.isEmpty, !protocols.isEmpty else { return false }
    if state == .empty { return true }
    return protocolType == type && protocols.contains { candidate in members.values.allSatisfy { $0.supports(candidate.name) } }
  }

  /// The protocol that most members prefer among those that all support.
  var selectedProtocol: String? {
    let members = membersInOrder
    guard let first = members.first else { return nil }
    let candidates = Set(first.protocols.map(\.name).filter { name in members.allSatisfy { $0.supports(name) } })
    var votes: [String: Int] = [:]
    for member in members {
      if let vote = member.vote(among: candidates) { votes[vote, default: 0] += 1 }
    }
    let most = votes.values.max()
    return first.protocols.first { votes[$0.name] == most && most != nil }?.name
  }

  /// NONE when the member belongs to the group; a static member's older ID is fenced by the newer one.
  func validate(memberID: String, groupInstanceID: String?) -> ErrorCode {
    if let groupInstanceID {
      guard let current = staticMembers[groupInstanceID] else { return .unknownMemberID }
      guard current == memberID else { return .fencedInstanceID }
    }
    return members[memberID] == nil ? .unknownMemberID : .none
  }

  // MARK: Steps in common

  /// Hands over what was collected.
  mutating func takeActions() -> [GroupAction] {
    defer { actions = [] }
    return actions
  }

  mutating func transition(to new: ClassicGroupState) {
    previousState = state
    state = new
    stateTimestamp = now
  }

  mutating func answerJoin(_ memberID: String, _ response: JoinGroupResponse) {
    guard let ticket = members[memberID]?.joinTicket else { return }
    members[memberID]?.joinTicket = nil
    actions.append(.answerJoin(ticket, response))
  }

  mutating func answerSync(_ memberID: String, _ response: SyncGroupResponse) {
    guard let ticket = members[memberID]?.syncTicket else { return }
    members[memberID]?.syncTicket = nil
    actions.append(.answerSync(ticket, response))
  }

  mutating func armSession(_ memberID: String) {
    guard let member = members[memberID] else { return }
    actions.append(.armSession(memberID: memberID, milliseconds: member.sessionTimeout))
  }

  mutating func add(_ member: GroupMember) {
    if let instance = member.groupInstanceID { staticMembers[instance] = member.memberID }
    var member = member
    member.order = memberCount
    memberCount += 1
    if leaderID == nil { leaderID = member.memberID }
    members[member.memberID] = member
    pendingMembers.remove(member.memberID)
  }

  /// Takes a member out, whatever it waits for answered: it may still be there, and then joins anew.
  mutating func remove(_ memberID: String) {
    var gone = JoinGroupResponse()
    gone.errorCode = .unknownMemberID
    answerJoin(memberID, gone)
    var goneSync = SyncGroupResponse()
    goneSync.errorCode = .unknownMemberID
    answerSync(memberID, goneSync)
    if let instance = members.removeValue(forKey: memberID)?.groupInstanceID, staticMembers[instance] == memberID {
      staticMembers[instance] = nil
    }
    if isLeader(memberID) { leaderID = membersInOrder.first?.memberID }
    pendingMembers.remove(memberID)
    pendingSyncMembers.remove(memberID)
    actions.append(.cancelSession(memberID: memberID))
  }

  /// What the members subscribe to, if this is a consumer group and every member's metadata can be read.
  func readSubscribedTopics() -> Set<String>? {
    guard isConsumerGroup else { return nil }
    var topics: Set<String> = []
    for member in members.values {
      guard let subscription = ConsumerSubscription(metadata: member.metadata(for: protocolName)) else { return nil }
      topics.formUnion(subscription.topics)
    }
    return topics
  }
}
