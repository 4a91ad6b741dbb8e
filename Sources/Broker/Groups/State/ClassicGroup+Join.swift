extension ClassicGroup {
  /// Somebody wants to be a member, or to remain one in the next generation.
  mutating func join(_ join: GroupJoin, now: Int64) -> [GroupAction] {
    self.now = now
    let memberID = join.request.memberID
    if !accepts(memberID) {
      remove(memberID)
      refuse(join, .groupMaxSizeReached, memberID: "")
    } else if state == .dead {
      refuse(join, .coordinatorNotAvailable, memberID: memberID)
    } else if !supports(type: join.request.protocolType, join.request.protocols) {
      refuse(join, .inconsistentGroupProtocol, memberID: memberID)
    } else if memberID.isEmpty {
      joinNew(join)
    } else if pendingMembers.contains(memberID) {
      // An ID that was handed out belongs to a dynamic member.
      if join.request.groupInstanceID != nil { refuse(join, .unknownServerError, memberID: memberID) } else { add(join, as: memberID) }
    } else {
      joinKnown(join)
    }
    return takeActions()
  }

  private mutating func refuse(_ join: GroupJoin, _ error: ErrorCode, memberID: String) {
    var response = JoinGroupResponse()
    response.errorCode = error
    response.memberID = memberID
    response.protocolName = nil
    actions.append(.answerJoin(join.ticket, response))
  }

  /// Whether there is room. While members gather, those count that are waiting: whoever joins last is left out.
  private func accepts(_ memberID: String) -> Bool {
    switch state {
    case .empty, .dead: true
    case .preparingRebalance: members[memberID]?.isAwaitingJoin == true || awaitingJoinCount < configuration.maximumSize
    case .completingRebalance, .stable: members[memberID] != nil || members.count < configuration.maximumSize
    }
  }

  private mutating func joinNew(_ join: GroupJoin) {
    if let instance = join.request.groupInstanceID {
      if let old = staticMembers[instance] {
        replaceStaticMember(old, join)
      } else {
        add(join, as: join.newMemberID)
      }
    } else if join.requiresKnownMemberID {
      guard pendingMembers.count < configuration.maximumPendingMembers else { return refuse(join, .groupMaxSizeReached, memberID: "") }
      pendingMembers.insert(join.newMemberID)
      actions.append(.armSession(memberID: join.newMemberID, milliseconds: join.request.sessionTimeoutMilliseconds))
      refuse(join, .memberIDRequired, memberID: join.newMemberID)
    } else {
      add(join, as: join.newMemberID)
    }
  }

  private mutating func joinKnown(_ join: GroupJoin) {
    let memberID = join.request.memberID
    let error = validate(memberID: memberID, groupInstanceID: join.request.groupInstanceID)
    guard error == .none, let member = members[memberID] else {
      return refuse(join, error == .none ? .unknownMemberID : error, memberID: memberID)
    }
    let isUnchanged = member.protocols == join.request.protocols
    switch state {
    case .completingRebalance where isUnchanged:
      // The answer to its join may have been lost.
      actions.append(.answerJoin(join.ticket, currentGeneration(for: memberID, members: isLeader(memberID))))
    case .stable where isUnchanged && !isLeader(memberID):
      actions.append(.answerJoin(join.ticket, currentGeneration(for: memberID, members: false)))
    case .preparingRebalance, .completingRebalance, .stable:
      // A leader that joins again wants a rebalance: something that the assignment depends on has changed.
      update(memberID, join)
      rebalanceOrCompleteJoin("\(isLeader(memberID) ? "leader" : "member") \(memberID) joins again; client reason: \(join.reason)")
    case .empty, .dead:
      refuse(join, .unknownMemberID, memberID: memberID)
    }
  }

  private mutating func add(_ join: GroupJoin, as memberID: String) {
    if members.isEmpty { protocolType = join.request.protocolType }
    if state == .preparingRebalance, previousState == .empty { newMemberAdded = true }
    add(
      GroupMember(
        memberID: memberID, groupInstanceID: join.request.groupInstanceID, clientID: join.clientID, clientHost: join.clientHost,
        rebalanceTimeout: join.rebalanceTimeout, sessionTimeout: join.request.sessionTimeoutMilliseconds,
        protocols: join.request.protocols, isNew: true, joinTicket: join.ticket))
    // A new member sends no heartbeats before it is answered, and it may be gone: the session timeout is not meant for that wait.
    actions.append(.armSession(memberID: memberID, milliseconds: configuration.newMemberJoinTimeout))
    rebalanceOrCompleteJoin("new member \(memberID); client reason: \(join.reason)")
  }

  /// Takes over what the member says now. An earlier join that still waits was given up by the client: it is answered, to no avail.
  private mutating func update(_ memberID: String, _ join: GroupJoin) {
    var superseded = JoinGroupResponse()
    superseded.errorCode = .rebalanceInProgress
    superseded.memberID = memberID
    answerJoin(memberID, superseded)
    members[memberID]?.protocols = join.request.protocols
    members[memberID]?.rebalanceTimeout = join.rebalanceTimeout
    members[memberID]?.sessionTimeout = join.request.sessionTimeoutMilliseconds
    members[memberID]?.joinTicket = join.ticket
  }

  /// The generation that runs, as a member learns of it.
  func currentGeneration(for memberID: String, members wanted: Bool) -> JoinGroupResponse {
    var response = JoinGroupResponse()
    response.generationID = generationID
    response.protocolType = protocolType
    response.protocolName = protocolName
    response.leader = leaderID ?? ""
    response.memberID = memberID
    guard wanted else { return response }
    response.members = membersInOrder.map { member in
      var listed = JoinGroupResponse.JoinGroupResponseMember()
      listed.memberID = member.memberID
      listed.groupInstanceID = member.groupInstanceID
      listed.metadata = member.metadata(for: protocolName)
      return listed
    }
    return response
  }

  // MARK: Static members (KIP-345)

  /// A static member came back without its ID: it takes its own place under a new one, and the old ID is fenced.
  private mutating func replaceStaticMember(_ oldID: String, _ join: GroupJoin) {
    guard let old = members[oldID] else { return refuse(join, .unknownMemberID, memberID: "") }
    let oldLeader = leaderID
    let newID = join.newMemberID
    var fenced = JoinGroupResponse()
    fenced.errorCode = .fencedInstanceID
    fenced.memberID = oldID
    fenced.protocolName = nil
    answerJoin(oldID, fenced)
    var fencedSync = SyncGroupResponse()
    fencedSync.errorCode = .fencedInstanceID
    answerSync(oldID, fencedSync)
    rename(oldID, to: newID)
    update(newID, join)
    armSession(newID)

    switch state {
    case .stable where selectedProtocol == protocolName && !changesTopics(from: old, to: join):
      let replacement = GroupSave.StaticReplacement(
        generation: generationID, old: old, newMemberID: newID, oldLeader: oldLeader,
        supportsSkippingAssignment: join.supportsSkippingAssignment)
      actions.append(.save(record(assignments: nil), .staticMember(replacement)))
    case .stable:
      rebalanceOrCompleteJoin("static member \(newID) came back with another subscription; client reason: \(join.reason)")
    case .completingRebalance:
      // The leader may assign to the old ID, which nobody answers to any more.
      prepareRebalance("static member \(newID) came back; client reason: \(join.reason)")
    case .preparingRebalance, .empty, .dead:
      completeJoinIfAllJoined()
    }
  }

  /// Whether a consumer subscribes to other topics than before. Kafka looks at the protocol's name alone and would leave the member with
  /// partitions that it no longer wants; bytes cannot be compared, since they also say what the member owned.
  private func changesTopics(from old: GroupMember, to join: GroupJoin) -> Bool {
    guard isConsumerGroup, let new = join.request.protocols.first(where: { $0.name == protocolName }),
      let before = ConsumerSubscription(metadata: old.metadata(for: protocolName)),
      let after = ConsumerSubscription(metadata: new.metadata)
    else { return false }
    return before != after
  }

  private mutating func rename(_ oldID: String, to newID: String) {
    guard var member = members.removeValue(forKey: oldID) else { return }
    actions.append(.cancelSession(memberID: oldID))
    member.memberID = newID
    members[newID] = member
    if let instance = member.groupInstanceID { staticMembers[instance] = newID }
    if isLeader(oldID) { leaderID = newID }
    if pendingSyncMembers.remove(oldID) != nil { pendingSyncMembers.insert(newID) }
  }

  /// The record with the static member's new ID is durable, or could not be written.
  mutating func finishReplacement(_ replacement: GroupSave.StaticReplacement, error: ErrorCode) {
    let newID = replacement.newMemberID
    // A rebalance that began meanwhile counts the member among those that joined, and answers it at its end.
    guard state == .stable, generationID == replacement.generation, members[newID]?.isAwaitingJoin == true else { return }
    guard error == .none else {
      var response = currentGeneration(for: "", members: false)
      response.errorCode = error
      response.leader = replacement.oldLeader ?? ""
      answerJoin(newID, response)
      rename(newID, to: replacement.old.memberID)
      members[replacement.old.memberID]?.protocols = replacement.old.protocols
      members[replacement.old.memberID]?.rebalanceTimeout = replacement.old.rebalanceTimeout
      members[replacement.old.memberID]?.sessionTimeout = replacement.old.sessionTimeout
      return armSession(replacement.old.memberID)
    }
    // A leader that did not know of KIP-814 would assign anew, and nobody would listen: it is told that somebody else leads.
    let isTold = replacement.supportsSkippingAssignment
    var response = currentGeneration(for: newID, members: isTold && isLeader(newID))
    response.skipAssignment = isTold && isLeader(newID)
    if !isTold { response.leader = replacement.oldLeader ?? "" }
    answerJoin(newID, response)
  }
}
