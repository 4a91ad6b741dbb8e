internal import NIOCore

extension ClassicGroup {
  /// The group as it is written to the log. `nil` for the assignments that the members have.
  func record(assignments: [String: ByteBuffer]?) -> GroupMetadataValue {
    var value = GroupMetadataValue()
    value.protocolType = protocolType ?? ""
    value.generation = generationID
    value.protocol = protocolName
    value.leader = leaderID
    value.currentStateTimestamp = stateTimestamp ?? -1
    value.members = membersInOrder.map { member in
      var saved = GroupMetadataValue.MemberMetadata()
      saved.memberID = member.memberID
      saved.groupInstanceID = member.groupInstanceID
      saved.clientID = member.clientID
      saved.clientHost = member.clientHost
      saved.rebalanceTimeout = member.rebalanceTimeout
      saved.sessionTimeout = member.sessionTimeout
      saved.subscription = member.metadata(for: protocolName)
      if let assignments { saved.assignment = assignments[member.memberID] ?? ByteBuffer() } else { saved.assignment = member.assignment }
      return saved
    }
    return value
  }

  /// The group that a record describes: stable if it has members, which keep what they were assigned.
  init(groupID: String, record value: GroupMetadataValue, configuration: GroupConfiguration, now: Int64) {
    self.init(groupID: groupID, configuration: configuration, now: now)
    generationID = value.generation
    protocolType = value.protocolType.isEmpty ? nil : value.protocolType
    protocolName = value.protocol
    stateTimestamp = value.currentStateTimestamp == -1 ? nil : value.currentStateTimestamp
    for saved in value.members {
      add(
        GroupMember(
          memberID: saved.memberID, groupInstanceID: saved.groupInstanceID, clientID: saved.clientID, clientHost: saved.clientHost,
          rebalanceTimeout: max(saved.rebalanceTimeout < 0 ? saved.sessionTimeout : saved.rebalanceTimeout, 0),
          sessionTimeout: max(saved.sessionTimeout, 0), protocols: [.init(name: value.protocol ?? "", metadata: saved.subscription)],
          assignment: saved.assignment))
    }
    if let leader = value.leader, members[leader] != nil { leaderID = leader }
    state = members.isEmpty ? .empty : .stable
    if members.isEmpty { leaderID = nil }
    subscribedTopics = readSubscribedTopics()
  }

  /// What is due after loading: the members get a session to be heard in, and a group that is larger than it may be is rebalanced.
  mutating func loaded(now: Int64) -> [GroupAction] {
    self.now = now
    for member in membersInOrder { armSession(member.memberID) }
    if members.count > configuration.maximumSize { prepareRebalance("the group has more members than it may have") }
    return takeActions()
  }
}
