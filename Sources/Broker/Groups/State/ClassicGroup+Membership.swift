extension ClassicGroup {
  /// A sign of life.
  mutating func heartbeat(_ request: HeartbeatRequest, now: Int64) -> (ErrorCode, [GroupAction]) {
    self.now = now
    if state == .dead { return (.coordinatorNotAvailable, takeActions()) }
    let error = validate(memberID: request.memberID, groupInstanceID: request.groupInstanceID)
    guard error == .none else { return (error, takeActions()) }
    guard request.generationID == generationID else { return (.illegalGeneration, takeActions()) }
    armSession(request.memberID)
    return (state == .preparingRebalance ? .rebalanceInProgress : .none, takeActions())
  }

  /// An offset commit of a member is a sign of life as well, except while the group waits for the leader.
  mutating func touch(_ memberID: String, now: Int64) -> [GroupAction] {
    self.now = now
    if state == .stable || state == .preparingRebalance { armSession(memberID) }
    return takeActions()
  }

  /// Members leave, or an operator takes static members out by their instance ID alone. One error code for each.
  mutating func leave(_ identities: [LeaveGroupRequest.MemberIdentity], now: Int64) -> ([ErrorCode], [GroupAction]) {
    self.now = now
    let before = members.count
    let errors = identities.map { leave($0) }
    switch state {
    case .stable, .completingRebalance: if members.count < before { prepareRebalance(Self.farewell(identities)) }
    case .preparingRebalance: if errors.contains(.none) { completeJoinIfAllJoined() }
    case .empty, .dead: break
    }
    return (errors, takeActions())
  }

  private static func farewell(_ identities: [LeaveGroupRequest.MemberIdentity]) -> String {
    guard let first = identities.first else { return "" }
    let name = first.memberID.isEmpty ? first.groupInstanceID ?? "" : first.memberID
    let others = identities.count > 1 ? " and \(identities.count - 1) more" : ""
    return "member \(name)\(others) left; client reason: \(GroupJoin.shortened(first.reason))"
  }

  private mutating func leave(_ identity: LeaveGroupRequest.MemberIdentity) -> ErrorCode {
    if state == .dead { return .coordinatorNotAvailable }
    if identity.memberID.isEmpty {
      guard let instance = identity.groupInstanceID, let memberID = staticMembers[instance] else { return .unknownMemberID }
      remove(memberID)
      return .none
    }
    if pendingMembers.contains(identity.memberID) {
      remove(identity.memberID)
      return .none
    }
    let error = validate(memberID: identity.memberID, groupInstanceID: identity.groupInstanceID)
    if error == .none { remove(identity.memberID) }
    return error
  }

  /// A member was silent for its session timeout, or an ID that was handed out was not used for as long.
  mutating func sessionExpired(_ memberID: String, now: Int64) -> [GroupAction] {
    self.now = now
    if pendingMembers.contains(memberID) {
      remove(memberID)
      if state == .preparingRebalance, hasAllMembersJoined { completeJoin() }
    } else if let member = members[memberID] {
      // Who waits for us owes no heartbeat; the session begins again with the answer. A new member's first join is bounded all the same.
      guard member.isNew || (!member.isAwaitingJoin && !member.isAwaitingSync) else { return takeActions() }
      remove(memberID)
      if state == .stable || state == .completingRebalance {
        prepareRebalance("member \(memberID) was silent for its session timeout")
      } else if state == .preparingRebalance, hasAllMembersJoined {
        completeJoin()
      }
    }
    return takeActions()
  }

  /// The group is being removed.
  mutating func die(now: Int64) -> [GroupAction] {
    self.now = now
    for memberID in members.keys.sorted() + pendingMembers.sorted() { remove(memberID) }
    transition(to: .dead)
    actions += [.cancelJoin, .cancelSync]
    return takeActions()
  }

  // MARK: Offsets

  /// Whether offsets may be committed in this member's name. Who claims no membership may commit only while there are no members.
  func validateCommit(memberID: String, groupInstanceID: String?, generationID: Int32, isTransactional: Bool) -> ErrorCode {
    if state == .dead { return .coordinatorNotAvailable }
    if generationID < 0, state == .empty { return .none }
    if generationID >= 0 || !memberID.isEmpty || groupInstanceID != nil {
      let error = validate(memberID: memberID, groupInstanceID: groupInstanceID)
      guard error == .none else { return error }
      guard generationID == self.generationID else { return .illegalGeneration }
    } else if !isTransactional, state != .empty {
      return .unknownMemberID
    }
    // Of two generations at once neither is the right one to commit in.
    return !isTransactional && state == .completingRebalance ? .rebalanceInProgress : .none
  }

  /// From when on the retention of an offset counts, or `nil` while it is in use.
  func retentionStart(of offset: CommittedOffset) -> Int64? {
    guard protocolType != nil else { return offset.commitTimestamp }
    if state == .empty { return stateTimestamp ?? offset.commitTimestamp }
    return isConsumerGroup && subscribedTopics != nil && state == .stable ? offset.commitTimestamp : nil
  }
}
