extension GroupCoordinator {
  /// Commits offsets of partitions that exist. Answers one error code for each, once those that were accepted are durable.
  func commit(_ commit: OffsetCommit, completion: @escaping ([ErrorCode]) -> Void) {
    let (refused, entry) = admit(commit)
    guard refused == .none, let entry else { return completion(commit.offsets.map { _ in refused }) }
    if commit.producer == nil, entry.group.members[commit.memberID] != nil {
      perform(entry.group.touch(commit.memberID, now: scheduler.now), on: entry)
    }

    var errors = commit.offsets.map { _ in ErrorCode.none }
    var accepted: [(partition: TopicPartition, offset: CommittedOffset)] = []
    var records: [StateRecord] = []
    let position = nextPosition
    for (index, element) in commit.offsets.enumerated() {
      guard element.offset.metadata.utf16.count <= configuration.maximumOffsetMetadata else {
        errors[index] = .offsetMetadataTooLarge
        continue
      }
      do { records.append(try GroupRecord.offset(commit.groupID, element.partition, element.offset)) } catch {
        errors[index] = .invalidRequest
        continue
      }
      var offset = element.offset
      offset.position = position
      accepted.append((element.partition, offset))
    }
    guard !records.isEmpty else {
      discardIfUnused(entry)
      return completion(errors)
    }
    nextPosition += 1
    counters.offsetCommits += records.count
    begin(commit, accepted)
    log.append(records, producer: commit.producer) { [self] error in
      end(commit, accepted, error)
      let answer = Self.answer(to: error)
      completion(errors.map { $0 == .none ? answer : $0 })
    }
  }

  /// NONE and the group, or why not. Whoever claims no generation may commit for a group that does not exist, and makes it.
  private func admit(_ commit: OffsetCommit) -> (ErrorCode, GroupEntry?) {
    if isClosed { return (.notCoordinator, nil) }
    if entries[commit.groupID] == nil, commit.generationID >= 0 { return (commit.unknownGroup, nil) }
    guard let entry = entry(making: commit.groupID) else { return (.policyViolation, nil) }
    let error = entry.group.validateCommit(
      memberID: commit.memberID, groupInstanceID: commit.groupInstanceID, generationID: commit.generationID,
      isTransactional: commit.producer != nil)
    return (error, entry)
  }

  /// A transaction's offsets are pending as of their place in the log, since its marker may be written before we hear that they are
  /// durable. Other offsets are shown once they are durable.
  private func begin(_ commit: OffsetCommit, _ accepted: [(partition: TopicPartition, offset: CommittedOffset)]) {
    for (partition, offset) in accepted {
      if let producer = commit.producer {
        offsets.addPending(producer.id, commit.groupID, partition, offset)
      } else {
        offsets.begin(commit.groupID, partition)
      }
    }
  }

  private func end(_ commit: OffsetCommit, _ accepted: [(partition: TopicPartition, offset: CommittedOffset)], _ error: ErrorCode) {
    for (partition, offset) in accepted {
      if let producer = commit.producer {
        if error != .none { offsets.removePending(producer.id, commit.groupID, partition, at: offset.position) }
      } else {
        offsets.end(commit.groupID, partition)
        if error == .none { offsets.commit(commit.groupID, partition, offset) }
      }
    }
  }

  /// The producer's transaction ended, and its marker stands in `__consumer_offsets`.
  func transactionEnded(producerID: Int64, committed: Bool) { offsets.endTransaction(of: producerID, committed: committed) }
}
