/// Deleting offsets and groups, on request or because their time is over.
extension GroupCoordinator {
  /// Deletes offsets of a group that exists. Answers one error code for each partition.
  func deleteOffsets(_ groupID: String, _ partitions: [TopicPartition], completion: @escaping ([ErrorCode]) -> Void) {
    guard let group = entries[groupID]?.group else { return completion(partitions.map { _ in .groupIDNotFound }) }
    var errors = partitions.map { group.isSubscribed(to: $0.topic) ? ErrorCode.groupSubscribedToTopic : .none }
    let known = offsets.allPartitions(of: groupID)
    let doomed = zip(partitions, errors).filter { $1 == .none && known.contains($0) }.map { (groupID, $0.0) }
    bury(doomed) { [self] error, buried in
      counters.offsetDeletions += buried
      for index in errors.indices where errors[index] == .none { errors[index] = error }
      completion(errors)
    }
  }

  /// Whether offsets of the group may be deleted at all.
  func validateDeleteOffsets(_ groupID: String) -> ErrorCode {
    if isClosed { return .notCoordinator }
    if groupID.isEmpty { return .invalidGroupID }
    guard let group = entries[groupID]?.group, group.state != .dead else { return .groupIDNotFound }
    return group.state == .empty || group.isConsumerGroup ? .none : .nonEmptyGroup
  }

  /// Deletes a group that has no members, with its offsets.
  func deleteGroup(_ groupID: String, completion: @escaping (ErrorCode) -> Void) {
    if isClosed { return completion(.notCoordinator) }
    guard let entry = entries[groupID], entry.group.state != .dead else { return completion(.groupIDNotFound) }
    guard entry.group.state == .empty else { return completion(.nonEmptyGroup) }
    bury(offsets.allPartitions(of: groupID).map { (groupID, $0) }, groups: [entry]) { [self] error, buried in
      counters.offsetDeletions += buried
      completion(error)
    }
  }

  /// The topics are gone: so are the offsets of their partitions.
  func topicsDeleted(_ topics: [String]) {
    let topics = Set(topics)
    let doomed = entries.keys.flatMap { groupID in
      offsets.allPartitions(of: groupID).filter { topics.contains($0.topic) }.map { (groupID, $0) }
    }
    bury(doomed) { [self] _, buried in counters.offsetDeletions += buried }
  }

  /// Drops the offsets whose retention is over, and the groups that have neither members nor offsets.
  func expireOffsets() {
    let now = scheduler.now
    var doomed: [(String, TopicPartition)] = []
    var groups: [GroupEntry] = []
    for (groupID, entry) in entries {
      var areAllExpired = !offsets.hasOpenTransaction(groupID) && !offsets.hasInFlight(groupID)
      for (partition, offset) in offsets.offsets(of: groupID) {
        if isExpired(offset, partition, of: entry.group, now) { doomed.append((groupID, partition)) } else { areAllExpired = false }
      }
      if areAllExpired, entry.group.state == .empty, entry.group.pendingMembers.isEmpty { groups.append(entry) }
    }
    bury(doomed, groups: groups) { [self] _, buried in counters.offsetExpirations += buried }
  }

  private func isExpired(_ offset: CommittedOffset, _ partition: TopicPartition, of group: ClassicGroup, _ now: Int64) -> Bool {
    guard let start = group.retentionStart(of: offset), !group.isSubscribed(to: partition.topic),
      !offsets.isUnstable(group.groupID, partition)
    else { return false }
    if let expiry = offset.expireTimestamp { return now >= expiry }
    return start <= now - configuration.offsetsRetention
  }

  /// Writes tombstones, and forgets what they stand for once they are durable. The completion gets the first error, and how many
  /// offsets are gone.
  private func bury(
    _ doomed: [(String, TopicPartition)], groups: [GroupEntry] = [], completion: @escaping (ErrorCode, Int) -> Void
  ) {
    guard !doomed.isEmpty || !groups.isEmpty else { return completion(.none, 0) }
    // A batch has a largest size; a group may have more offsets than fit. Groups go last, so that no offset outlives its group.
    let steps =
      stride(from: 0, to: doomed.count, by: Self.tombstonesAtOnce).map { start in
        (offsets: doomed[start..<min(start + Self.tombstonesAtOnce, doomed.count)], groups: [GroupEntry]())
      }
      + stride(from: 0, to: groups.count, by: Self.tombstonesAtOnce).map { start in
        (offsets: doomed[0..<0], groups: Array(groups[start..<min(start + Self.tombstonesAtOnce, groups.count)]))
      }
    var left = steps.count
    var firstError = ErrorCode.none
    var buried = 0
    for step in steps {
      let position = nextPosition
      let finish = { [self] (error: ErrorCode) in
        if error == .none {
          let before = offsets.count
          for (groupID, partition) in step.offsets { offsets.remove(groupID, partition, before: position) }
          buried += before - offsets.count
          for entry in step.groups { forget(entry) }
        } else if firstError == .none {
          firstError = Self.answer(to: error)
        }
        left -= 1
        if left == 0 { completion(firstError, buried) }
      }
      do {
        let records =
          try step.offsets.map { try GroupRecord.offset($0.0, $0.1, nil) }
          + step.groups.map { try GroupRecord.group($0.group.groupID, nil) }
        nextPosition += 1
        log.append(records, producer: nil, completion: finish)
      } catch {
        finish(.unknownServerError)
      }
    }
  }

  private static var tombstonesAtOnce: Int { 1000 }

  /// The tombstone is durable. Members or offsets may have come meanwhile: then the group stays, and their records follow the tombstone.
  private func forget(_ entry: GroupEntry) {
    let groupID = entry.group.groupID
    guard entries[groupID] === entry, entry.group.state == .empty, !offsets.hasAny(groupID) else { return }
    perform(entry.group.die(now: scheduler.now), on: entry)
    entry.cancelDeadlines()
    entries[groupID] = nil
  }
}
