internal import NIOCore

extension ClassicGroup {
  /// A member asks for its assignment; the leader brings everybody's.
  mutating func sync(_ request: SyncGroupRequest, ticket: Int, now: Int64) -> [GroupAction] {
    self.now = now
    let error = validateSync(request)
    guard error == .none else {
      actions.append(.answerSync(ticket, failure(error)))
      return takeActions()
    }
    switch state {
    case .preparingRebalance:
      actions.append(.answerSync(ticket, failure(.rebalanceInProgress)))
    case .completingRebalance:
      // A sync that still waits was given up by the client, which asks again.
      answerSync(request.memberID, failure(.rebalanceInProgress))
      members[request.memberID]?.syncTicket = ticket
      hasSynced(request.memberID)
      if isLeader(request.memberID), !isSavingAssignment { save(request.assignments) }
    case .stable:
      hasSynced(request.memberID)
      actions.append(.answerSync(ticket, assignment(of: request.memberID)))
    case .empty, .dead:
      actions.append(.answerSync(ticket, failure(.unknownMemberID)))
    }
    return takeActions()
  }

  private func validateSync(_ request: SyncGroupRequest) -> ErrorCode {
    if state == .dead { return .coordinatorNotAvailable }
    let error = validate(memberID: request.memberID, groupInstanceID: request.groupInstanceID)
    guard error == .none else { return error }
    guard request.generationID == generationID else { return .illegalGeneration }
    if let type = request.protocolType, let protocolType, type != protocolType { return .inconsistentGroupProtocol }
    if let name = request.protocolName, let protocolName, name != protocolName { return .inconsistentGroupProtocol }
    let bytes = request.assignments.reduce(0) { $0 + $1.assignment.readableBytes }
    return bytes > configuration.maximumMemberBytes ? .messageTooLarge : .none
  }

  private func failure(_ error: ErrorCode) -> SyncGroupResponse {
    var response = SyncGroupResponse()
    response.errorCode = error
    return response
  }

  private func assignment(of memberID: String) -> SyncGroupResponse {
    var response = SyncGroupResponse()
    response.protocolType = protocolType
    response.protocolName = protocolName
    response.assignment = members[memberID]?.assignment ?? ByteBuffer()
    return response
  }

  private mutating func hasSynced(_ memberID: String) {
    pendingSyncMembers.remove(memberID)
    if pendingSyncMembers.isEmpty { actions.append(.cancelSync) }
  }

  /// The members get the leader's assignment only once it is durable: after a restart they keep what they were told.
  private mutating func save(_ assignments: [SyncGroupRequest.SyncGroupRequestAssignment]) {
    var byMember: [String: ByteBuffer] = [:]
    for assignment in assignments where members[assignment.memberID] != nil { byMember[assignment.memberID] = assignment.assignment }
    isSavingAssignment = true
    // The record says Stable, as of now: a group that is loaded with members is.
    actions.append(.save(record(assignments: byMember), .assignment(generation: generationID, byMember)))
  }

  /// A record that this group asked for is durable, or could not be written (`error`).
  mutating func saved(_ save: GroupSave, error: ErrorCode, now: Int64) -> [GroupAction] {
    self.now = now
    switch save {
    case .empty:
      // The former generation would be back after a restart, and its members would time out.
      break
    case .staticMember(let replacement):
      finishReplacement(replacement, error: error)
    case .assignment(let generation, let assignments):
      // Another rebalance may have begun meanwhile; then its generation counts.
      guard state == .completingRebalance, generation == generationID, isSavingAssignment else { break }
      isSavingAssignment = false
      if error == .none {
        for memberID in members.keys { members[memberID]?.assignment = assignments[memberID] ?? ByteBuffer() }
        for member in membersInOrder where member.isAwaitingSync {
          answerSync(member.memberID, assignment(of: member.memberID))
          armSession(member.memberID)
        }
        transition(to: .stable)
      } else {
        propagateError(error)
        rebalanceOrCompleteJoin("the assignment could not be written: \(error)")
      }
    }
    return takeActions()
  }

  /// The time to sync is over: whoever did not is out.
  mutating func syncExpired(now: Int64) -> [GroupAction] {
    self.now = now
    guard state == .completingRebalance || state == .stable, !pendingSyncMembers.isEmpty else { return takeActions() }
    let silent = pendingSyncMembers.sorted()
    for memberID in silent { remove(memberID) }
    prepareRebalance("\(silent.joined(separator: ", ")) did not sync in time")
    return takeActions()
  }
}
