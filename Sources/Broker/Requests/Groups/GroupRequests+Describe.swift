extension GroupRequests {
  /// READ, DELETE and DESCRIBE, as a set of bits: without an authorizer everybody may do what there is to do with a group.
  private static let allOperations: Int32 = 1 << 3 | 1 << 6 | 1 << 8
  /// The only type of group here; Kafka's others are `consumer` (KIP-848) and `share`.
  private static let groupType = "classic"

  func handle(_ request: ListGroupsRequest, _ context: RequestContext, reply: @escaping (ListGroupsResponse) -> Void) {
    let states = Set(request.statesFilter.map { $0.lowercased() })
    let types = Set(request.typesFilter.map { $0.lowercased() })
    var response = ListGroupsResponse()
    guard !coordinator.isClosed else {
      response.errorCode = .coordinatorNotAvailable
      return reply(response)
    }
    guard types.isEmpty || types.contains(Self.groupType) else { return reply(response) }
    for (groupID, entry) in coordinator.entries.sorted(by: { $0.key < $1.key }) {
      let state = entry.group.state.rawValue
      guard states.isEmpty || states.contains(state.lowercased()) else { continue }
      var listed = ListGroupsResponse.ListedGroup()
      listed.groupID = groupID
      listed.protocolType = entry.group.protocolType ?? ""
      listed.groupState = state
      listed.groupType = Self.groupType
      response.groups.append(listed)
    }
    reply(response)
  }

  func handle(_ request: DescribeGroupsRequest, _ context: RequestContext, reply: @escaping (DescribeGroupsResponse) -> Void) {
    var response = DescribeGroupsResponse()
    response.groups = request.groups.map { groupID in
      var described = describe(groupID, version: context.apiVersion)
      if request.includeAuthorizedOperations { described.authorizedOperations = Self.allOperations }
      return described
    }
    reply(response)
  }

  private func describe(_ groupID: String, version: Int16) -> DescribeGroupsResponse.DescribedGroup {
    var described = DescribeGroupsResponse.DescribedGroup()
    described.groupID = groupID
    guard !coordinator.isClosed else {
      described.errorCode = .notCoordinator
      return described
    }
    guard let group = coordinator.entries[groupID]?.group else {
      described.groupState = ClassicGroupState.dead.rawValue
      // Before version 6 a group that does not exist is told by its state alone (KIP-1043).
      if version >= 6 {
        described.errorCode = .groupIDNotFound
        described.errorMessage = "Group \(groupID) not found."
      }
      return described
    }
    let isStable = group.state == .stable
    described.groupState = group.state.rawValue
    described.protocolType = group.protocolType ?? ""
    described.protocolData = isStable ? group.protocolName ?? "" : ""
    described.members = group.membersInOrder.map { member in
      var listed = DescribeGroupsResponse.DescribedGroup.DescribedGroupMember()
      listed.memberID = member.memberID
      listed.groupInstanceID = member.groupInstanceID
      listed.clientID = member.clientID
      listed.clientHost = member.clientHost
      // Between two generations the one is no longer right and the other not yet.
      if isStable { listed.memberMetadata = member.metadata(for: group.protocolName) }
      listed.memberAssignment = member.assignment
      return listed
    }
    return described
  }
}
