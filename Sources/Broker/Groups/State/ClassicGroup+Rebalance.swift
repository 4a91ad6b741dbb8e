extension ClassicGroup {
  /// Begins a rebalance, or ends the one that runs if nobody is missing any more.
  mutating func rebalanceOrCompleteJoin(_ reason: String) {
    if state.canPrepareRebalance { prepareRebalance(reason) } else { completeJoinIfAllJoined() }
  }

  mutating func prepareRebalance(_ reason: String) {
    actions.append(.note("rebalancing after generation \(generationID), \(state.rawValue): \(reason)".oneLine))
    if state == .completingRebalance { propagateError(.rebalanceInProgress) }
    pendingSyncMembers = []
    isSavingAssignment = false
    actions.append(.cancelSync)
    let isInitial = state == .empty
    transition(to: .preparingRebalance)
    if isInitial {
      // More members probably start at the same moment: without a delay each of them would cost a rebalance.
      newMemberAdded = false
      gather(for: configuration.initialRebalanceDelay, left: max(rebalanceTimeout - configuration.initialRebalanceDelay, 0))
    } else if hasAllMembersJoined {
      completeJoin()
    } else {
      actions.append(.armJoin(milliseconds: rebalanceTimeout, isGathering: false))
    }
  }

  private mutating func gather(for delay: Int32, left: Int32) {
    gatheringDelay = delay
    gatheringLeft = left
    actions.append(.armJoin(milliseconds: delay, isGathering: true))
  }

  /// The time to join is over.
  mutating func joinExpired(now: Int64) -> [GroupAction] {
    self.now = now
    guard state == .preparingRebalance else { return takeActions() }
    if let delay = gatheringDelay, newMemberAdded, gatheringLeft > 0 {
      newMemberAdded = false
      gather(for: min(configuration.initialRebalanceDelay, gatheringLeft), left: max(gatheringLeft - delay, 0))
    } else {
      completeJoin()
    }
    return takeActions()
  }

  mutating func completeJoinIfAllJoined() {
    guard state == .preparingRebalance, previousState != .empty, hasAllMembersJoined else { return }
    completeJoin()
  }

  /// Ends the gathering: dynamic members that did not join again are out, the others are in the next generation. Static members stay
  /// until their session ends.
  mutating func completeJoin() {
    actions.append(.cancelJoin)
    gatheringDelay = nil
    for member in membersInOrder where !member.isAwaitingJoin && member.groupInstanceID == nil {
      actions.append(.note("member \(member.memberID) did not join again in time".oneLine))
      remove(member.memberID)
    }
    guard electLeader() || members.isEmpty else {
      // Only static members are left, and none of them is here: their sessions will end, or they will come.
      actions.append(.armJoin(milliseconds: rebalanceTimeout, isGathering: false))
      return
    }
    generationID = generationID == .max ? 0 : generationID + 1
    pendingSyncMembers = []
    isSavingAssignment = false
    actions.append(.note("generation \(generationID) has \(members.count) members"))
    guard !members.isEmpty else {
      protocolName = nil
      leaderID = nil
      subscribedTopics = readSubscribedTopics()
      transition(to: .empty)
      actions.append(.save(record(assignments: [:]), .empty))
      return
    }
    protocolName = selectedProtocol
    subscribedTopics = readSubscribedTopics()
    transition(to: .completingRebalance)
    for member in membersInOrder {
      answerJoin(member.memberID, currentGeneration(for: member.memberID, members: isLeader(member.memberID)))
      members[member.memberID]?.isNew = false
      armSession(member.memberID)
      pendingSyncMembers.insert(member.memberID)
    }
    actions.append(.armSync(milliseconds: rebalanceTimeout))
  }

  /// Sees to it that the leader is somebody who joined. False when nobody did.
  private mutating func electLeader() -> Bool {
    if let leaderID, members[leaderID]?.isAwaitingJoin == true { return true }
    guard let joined = membersInOrder.first(where: \.isAwaitingJoin) else { return false }
    leaderID = joined.memberID
    return true
  }

  /// Gives every member that waits for its assignment an error instead.
  mutating func propagateError(_ error: ErrorCode) {
    for member in membersInOrder {
      members[member.memberID]?.assignment.clear()
      guard member.isAwaitingSync else { continue }
      var response = SyncGroupResponse()
      response.errorCode = error
      answerSync(member.memberID, response)
      armSession(member.memberID)
    }
  }
}
