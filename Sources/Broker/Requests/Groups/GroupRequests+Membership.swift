extension GroupRequests {
  func handle(_ request: JoinGroupRequest, _ context: RequestContext, reply: @escaping (JoinGroupResponse) -> Void) {
    coordinator.join(request, context) { response in
      var response = response
      if context.apiVersion < 7 { response.protocolName = response.protocolName ?? "" }
      reply(response)
    }
  }

  func handle(_ request: SyncGroupRequest, _ context: RequestContext, reply: @escaping (SyncGroupResponse) -> Void) {
    // From version 5 on the member has to say which protocol it took part in (KIP-559).
    if context.apiVersion >= 5, request.protocolType == nil || request.protocolName == nil {
      var response = SyncGroupResponse()
      response.errorCode = .inconsistentGroupProtocol
      return reply(response)
    }
    coordinator.sync(request, reply: reply)
  }

  func handle(_ request: HeartbeatRequest, _ context: RequestContext, reply: @escaping (HeartbeatResponse) -> Void) {
    var response = HeartbeatResponse()
    response.errorCode = coordinator.heartbeat(request)
    reply(response)
  }

  func handle(_ request: LeaveGroupRequest, _ context: RequestContext, reply: @escaping (LeaveGroupResponse) -> Void) {
    var response = LeaveGroupResponse()
    guard !request.groupID.isEmpty, !coordinator.isClosed else {
      response.errorCode = coordinator.isClosed ? .notCoordinator : .invalidGroupID
      return reply(response)
    }
    // Before version 3 a request is about one member, and its error is that of the response.
    var identities = request.members
    if context.apiVersion < 3 {
      var identity = LeaveGroupRequest.MemberIdentity()
      identity.memberID = request.memberID
      identities = [identity]
    }
    let errors = coordinator.leave(request.groupID, identities)
    if context.apiVersion < 3 {
      response.errorCode = errors.first ?? .none
    } else {
      response.members = zip(identities, errors).map { identity, error in
        var member = LeaveGroupResponse.MemberResponse()
        member.memberID = identity.memberID
        member.groupInstanceID = identity.groupInstanceID
        member.errorCode = error
        return member
      }
    }
    reply(response)
  }
}
