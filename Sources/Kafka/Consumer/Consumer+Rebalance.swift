internal import CRDKafka

extension Consumer {
  /// Carries one rebalance through: the owner first, then librdkafka.
  func rebalance(_ code: KafkaError.Code, _ partitions: [TopicPartition]) async {
    let isCooperative = handle.rebalanceProtocol == "COOPERATIVE"
    do {
      if code == .assignPartitions {
        try await assign(partitions, isCooperative: isCooperative)
      } else {
        if code != .revokePartitions { logger.error("rebalance failed, giving up all partitions: \(code)") }
        try await unassign(partitions, isCooperative: isCooperative)
      }
    } catch {
      // librdkafka has logged it, too, and joins the group anew.
      logger.error("rebalance could not be carried through: \(error)", metadata: ["partitions": "\(partitions)"])
    }
  }

  private func assign(_ partitions: [TopicPartition], isCooperative: Bool) async throws {
    handle.noteAssigned()
    let starts = await ask([:]) { await $0.partitionsAssigned(partitions) }
    // The floor under later commits: without it the first one after a rebalance could move the group backwards. A client that is closing
    // does not ask the coordinator any more, and would let us wait for all of the time.
    let committed = state.withLock({ $0.phase == .open }) ? await knownCommitted(partitions) : [:]
    commits.withLock { $0.ledger.assign(partitions, committed: committed) }
    logger.info("partitions assigned: \(partitions.count)", metadata: ["partitions": "\(partitions)", "starts": "\(starts)"])
    let handle = handle
    nonisolated(unsafe) let records = records
    try await handle.blocking.run {
      let list = try TopicPartitionList(capacity: partitions.count)
      for partition in partitions {
        list.append(partition, offset: starts[partition] ?? Int64(RD_KAFKA_OFFSET_STORED))
        Self.route(partition, of: handle, to: records)
      }
      if isCooperative {
        try KafkaError.check(rd_kafka_incremental_assign(handle.pointer, list.pointer), where: "incremental assign")
      } else {
        try KafkaError.check(rd_kafka_assign(handle.pointer, list.pointer), where: "assign")
      }
    }
  }

  private func unassign(_ partitions: [TopicPartition], isCooperative: Bool) async throws {
    if rd_kafka_assignment_lost(handle.pointer) != 0 || !owns(anyOf: partitions) {
      commits.withLock { $0.ledger.revoke(partitions) }
      logger.warning("partitions lost: \(partitions.count)", metadata: ["partitions": "\(partitions)"])
      await ask(()) { await $0.partitionsLost(partitions) }
    } else {
      await ask(()) { await $0.partitionsRevoked(partitions) }
      commits.withLock { $0.ledger.revoke(partitions) }
      logger.info("partitions revoked: \(partitions.count)", metadata: ["partitions": "\(partitions)"])
    }
    await unpause(partitions)
    let handle = handle
    try await handle.blocking.run {
      if isCooperative {
        let list = try TopicPartitionList(partitions)
        try KafkaError.check(rd_kafka_incremental_unassign(handle.pointer, list.pointer), where: "incremental unassign")
      } else {
        try KafkaError.check(rd_kafka_assign(handle.pointer, nil), where: "unassign")
      }
    }
  }

  /// Whoever owns partitions next time begins unpaused: librdkafka keeps them paused otherwise when they come back.
  private func unpause(_ partitions: [TopicPartition]) async {
    let resting = state.withLock { state in
      defer { state.paused.subtract(partitions) }
      return state.paused.intersection(partitions)
    }
    guard !resting.isEmpty else { return }
    let handle = handle
    do {
      try await handle.blocking.run {
        let list = try TopicPartitionList(resting)
        try KafkaError.check(rd_kafka_resume_partitions(handle.pointer, list.pointer), where: "unassign")
      }
    } catch {
      logger.warning("partitions that go cannot be resumed: \(error)", metadata: ["partitions": "\(resting.sorted())"])
    }
  }

  private func owns(anyOf partitions: [TopicPartition]) -> Bool {
    commits.withLock { commits in partitions.isEmpty || partitions.contains { commits.ledger.owned[$0] != nil } }
  }

  /// Asks the owner's handler, for as long as it may take.
  private func ask<R: Sendable>(_ fallback: R, _ question: @escaping @Sendable (any RebalanceHandler) async -> R) async -> R {
    guard let handler = state.withLock({ $0.handler }) else { return fallback }
    do {
      return try await withDeadline(configuration.rebalanceTimeout, "RebalanceHandler") { await question(handler) }
    } catch {
      logger.error("the rebalance goes on without its handler: \(error)")
      return fallback
    }
  }

  private func knownCommitted(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
    do {
      return try await handle.committed(partitions, timeout: .seconds(5))
    } catch {
      logger.warning("committed offsets are not known, the first commit is taken as it comes: \(error)")
      return [:]
    }
  }
}
