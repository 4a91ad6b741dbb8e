internal import Logging

/// Doing what groups want done.
extension GroupCoordinator {
  /// Does what a group wants done, in order; what comes up meanwhile is done after it.
  func perform(_ actions: [GroupAction], on entry: GroupEntry) {
    entry.actions += actions
    guard !entry.isActing else { return }
    entry.isActing = true
    defer { entry.isActing = false }
    var next = 0
    while next < entry.actions.count {
      let action = entry.actions[next]
      next += 1
      if next == entry.actions.count {
        entry.actions.removeAll(keepingCapacity: true)
        next = 0
      }
      perform(action, on: entry)
    }
  }

  private func perform(_ action: GroupAction, on entry: GroupEntry) {
    switch action {
    case .answerJoin(let ticket, let response): joinReplies.removeValue(forKey: ticket)?(response)
    case .answerSync(let ticket, let response): syncReplies.removeValue(forKey: ticket)?(response)
    case .armSession(let memberID, let milliseconds): armSession(memberID, milliseconds, entry)
    case .cancelSession(let memberID): entry.sessions.removeValue(forKey: memberID)?.cancel()
    case .armJoin(let milliseconds, let isGathering):
      entry.joinDeadline?.cancel()
      entry.joinDeadline = deadline(entry, isPatient: !isGathering) { $0.joinExpired(now: $1) }
      entry.joinDeadline?.arm(milliseconds: Int64(milliseconds))
    case .cancelJoin:
      entry.joinDeadline?.cancel()
      entry.joinDeadline = nil
    case .armSync(let milliseconds):
      entry.syncDeadline?.cancel()
      entry.syncDeadline = deadline(entry) { $0.syncExpired(now: $1) }
      entry.syncDeadline?.arm(milliseconds: Int64(milliseconds))
    case .cancelSync:
      entry.syncDeadline?.cancel()
      entry.syncDeadline = nil
    case .note(let text): logger.info("\(text)", metadata: ["group": "\(entry.group.groupID.oneLine)"])
    case .save(let value, let save): write(value, save, entry)
    }
  }

  private func armSession(_ memberID: String, _ milliseconds: Int32, _ entry: GroupEntry) {
    if let session = entry.sessions[memberID] { return session.arm(milliseconds: Int64(milliseconds)) }
    let session = deadline(entry) { [weak self] group, now in
      let before = group.members.count
      let actions = group.sessionExpired(memberID, now: now)
      self?.counters.sessionExpirations += before - group.members.count
      return actions
    }
    entry.sessions[memberID] = session
    session.arm(milliseconds: Int64(milliseconds))
  }

  private func deadline(
    _ entry: GroupEntry, isPatient: Bool = true, _ step: @escaping (inout ClassicGroup, Int64) -> [GroupAction]
  ) -> GroupDeadline {
    GroupDeadline(scheduler, isPatient: isPatient) { [weak self, weak entry] in
      guard let self, let entry else { return }
      perform(step(&entry.group, scheduler.now), on: entry)
    }
  }

  private func write(_ value: GroupMetadataValue, _ save: GroupSave, _ entry: GroupEntry) {
    let record: StateRecord
    do { record = try GroupRecord.group(entry.group.groupID, value) } catch { return saved(save, .unknownServerError, entry) }
    nextPosition += 1
    log.append([record], producer: nil) { [weak self] error in self?.saved(save, Self.answer(to: error), entry) }
  }

  private func saved(_ save: GroupSave, _ error: ErrorCode, _ entry: GroupEntry) {
    let before = entry.group.state
    let actions = entry.group.saved(save, error: error, now: scheduler.now)
    if before != .stable, entry.group.state == .stable { counters.rebalancesCompleted += 1 }
    perform(actions, on: entry)
  }

  /// What a client is told when its group's records cannot be written: whether to ask again, and whom, as Kafka puts it.
  static func answer(to error: ErrorCode) -> ErrorCode {
    switch error {
    case .unknownTopicOrPartition, .requestTimedOut: .coordinatorNotAvailable
    case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
    case .messageTooLarge, .recordListTooLarge: .unknownServerError
    default: error
    }
  }
}
