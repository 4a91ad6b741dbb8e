internal import Logging
internal import NIOCore

/// Owns the groups and their committed offsets: runs the state machines' deadlines, writes what they want written to
/// `__consumer_offsets`, and hands their answers out (Kafka's GroupCoordinatorService). Confined to the event loop.
final class GroupCoordinator {
  let configuration: GroupConfiguration
  let scheduler: any Scheduler
  let log: any StateLog
  let logger: Logger
  var entries: [String: GroupEntry] = [:]
  var offsets = CommittedOffsets()
  /// Where the next record stands among all records of the log; see ``CommittedOffset/position``.
  var nextPosition: Int64 = 0
  var counters = GroupFigures()
  var joinReplies: [Int: (JoinGroupResponse) -> Void] = [:]
  var syncReplies: [Int: (SyncGroupResponse) -> Void] = [:]
  private var nextTicket = 0
  private var sweep: (any ScheduledWork)?
  /// From then on every answer is NOT_COORDINATOR: that a member is not known would make it forget who it is, although it is still a member
  /// after the restart.
  private(set) var isClosed = false

  /// Does nothing yet: ``load()`` comes next.
  init(
    configuration: GroupConfiguration, scheduler: any Scheduler, log: any StateLog,
    logger: Logger = Logger(label: "sluice.broker.groups", factory: { _ in SwiftLogNoOpLogHandler() })
  ) {
    self.configuration = configuration
    self.scheduler = scheduler
    self.log = log
    self.logger = logger
  }

  /// The group, made if need be; `nil` when there are as many groups as there may be.
  func entry(making groupID: String) -> GroupEntry? {
    if let entry = entries[groupID] { return entry }
    guard entries.count < configuration.maximumGroups else { return nil }
    let entry = GroupEntry(ClassicGroup(groupID: groupID, configuration: configuration, now: scheduler.now))
    entries[groupID] = entry
    return entry
  }

  /// Figures for metrics.
  var figures: GroupFigures {
    var figures = counters
    figures.committedOffsets = offsets.count
    for entry in entries.values {
      figures.groupsByState[entry.group.state, default: 0] += 1
      figures.members += entry.group.members.count
    }
    return figures
  }

  /// Looks for expired offsets from now on.
  func startSweeping() {
    sweep?.cancel()
    sweep = scheduler.schedule(afterMilliseconds: configuration.offsetsRetentionCheckInterval) { [weak self] in
      self?.expireOffsets()
      self?.startSweeping()
    }
  }

  /// Ends all deadlines and answers whoever waits, so that clients look for a coordinator elsewhere or later. Nothing is written.
  func close() {
    isClosed = true
    sweep?.cancel()
    sweep = nil
    for entry in entries.values { entry.cancelDeadlines() }
    entries = [:]
    let joins = joinReplies
    let syncs = syncReplies
    joinReplies = [:]
    syncReplies = [:]
    var join = JoinGroupResponse()
    join.errorCode = .notCoordinator
    for reply in joins.values { reply(join) }
    var sync = SyncGroupResponse()
    sync.errorCode = .notCoordinator
    for reply in syncs.values { reply(sync) }
  }

  // MARK: Membership

  /// Answered when the next generation begins, or at once when it cannot.
  func join(_ request: JoinGroupRequest, _ context: RequestContext, reply: @escaping (JoinGroupResponse) -> Void) {
    var refusal = JoinGroupResponse()
    refusal.memberID = request.memberID
    refusal.protocolName = nil
    refusal.errorCode = refusalCode(request)
    guard refusal.errorCode == .none else { return reply(refusal) }
    // Who has an ID has it from a group; when that group is gone, so is the membership.
    guard let entry = request.memberID.isEmpty ? entry(making: request.groupID) : entries[request.groupID] else {
      refusal.errorCode = request.memberID.isEmpty ? .groupMaxSizeReached : .unknownMemberID
      return reply(refusal)
    }
    let ticket = nextTicket
    nextTicket += 1
    joinReplies[ticket] = reply
    // A name may be as long as a string of the protocol can be; with the digits behind it, it has to remain one.
    let name = String(String.UnicodeScalarView((request.groupInstanceID ?? context.clientID).unicodeScalars.prefix(255)))
    let join = GroupJoin(
      request: request, newMemberID: "\(name)-\(Self.uniqueText())", clientID: context.clientID, clientHost: context.clientHost,
      apiVersion: context.apiVersion, ticket: ticket)
    perform(entry.group.join(join, now: scheduler.now), on: entry)
    discardIfUnused(entry)
  }

  /// Forgets a group that nothing came of, so that refused requests leave none behind.
  func discardIfUnused(_ entry: GroupEntry) {
    let group = entry.group
    guard group.state == .empty, group.protocolType == nil, group.pendingMembers.isEmpty, !offsets.hasAny(group.groupID),
      entries[group.groupID] === entry
    else { return }
    entry.cancelDeadlines()
    entries[group.groupID] = nil
  }

  private func refusalCode(_ request: JoinGroupRequest) -> ErrorCode {
    if isClosed { return .notCoordinator }
    if request.groupID.isEmpty { return .invalidGroupID }
    let timeout = request.sessionTimeoutMilliseconds
    guard timeout >= configuration.minimumSessionTimeout, timeout <= configuration.maximumSessionTimeout else {
      return .invalidSessionTimeout
    }
    guard request.protocols.count <= configuration.maximumProtocols else { return .invalidRequest }
    let bytes = request.protocols.reduce(0) { $0 + $1.name.utf8.count + $1.metadata.readableBytes }
    return bytes > configuration.maximumMemberBytes ? .messageTooLarge : .none
  }

  /// Answered when the leader's assignment is durable, or at once when there is none to wait for.
  func sync(_ request: SyncGroupRequest, reply: @escaping (SyncGroupResponse) -> Void) {
    guard let entry = entries[request.groupID], entry.group.state != .empty else {
      var refusal = SyncGroupResponse()
      refusal.errorCode = isClosed ? .notCoordinator : request.groupID.isEmpty ? .invalidGroupID : .unknownMemberID
      return reply(refusal)
    }
    let ticket = nextTicket
    nextTicket += 1
    syncReplies[ticket] = reply
    perform(entry.group.sync(request, ticket: ticket, now: scheduler.now), on: entry)
  }

  func heartbeat(_ request: HeartbeatRequest) -> ErrorCode {
    if isClosed { return .notCoordinator }
    if request.groupID.isEmpty { return .invalidGroupID }
    guard let entry = entries[request.groupID] else { return .unknownMemberID }
    let (error, actions) = entry.group.heartbeat(request, now: scheduler.now)
    perform(actions, on: entry)
    return error
  }

  /// One error code for each of the members.
  func leave(_ groupID: String, _ identities: [LeaveGroupRequest.MemberIdentity]) -> [ErrorCode] {
    guard let entry = entries[groupID] else { return identities.map { _ in .unknownMemberID } }
    let (errors, actions) = entry.group.leave(identities, now: scheduler.now)
    perform(actions, on: entry)
    return errors
  }

  /// 128 random bits as UUIDs are written, so that no member ID ever comes twice.
  private static func uniqueText() -> String {
    let uuid = KafkaUUID.random()
    let digits = [uuid.high, uuid.low].map { half in
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
