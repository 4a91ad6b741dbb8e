extension DeadLetterOffice {
  /// Replaces the value of a failed record. Of a parked key it takes the place of the original at the next attempt, which is asked for where `retries`;
  /// any other record is written to its topic again with the new value.
  ///
  /// - Parameter value: nil makes a tombstone of it.
  /// - Throws: ``DeadLetterToolError`` where the letter was dealt with before and `request.rule.isForced` is not set.
  public func edit(
    _ place: DeadLetterPlace, value: [UInt8]?, retries: Bool = false, _ request: DeadLetterRetryRequest,
    isolation: isolated (any Actor)? = #isolation
  ) async throws -> DeadLetterOutcome {
    let store = try await preparedStore()
    return try await store.alone {
      let item = try await letter(at: place)
      var outcome = DeadLetterOutcome()
      outcome.selected = 1
      outcome.isExecuted = request.executes
      if case .parked(let key, _, _) = item.state, !request.rule.republishes, let parking, let offset = item.letter.offset {
        outcome.keys = [key]
        guard request.executes else { return outcome }
        try await parking.edit(recordAt: offset, of: key, value: value, by: request.actor)
        if retries { try await parking.requestRetry(of: key, by: request.actor) }
        return outcome
      }
      var rule = request.rule
      rule.partitions = try await partitionCounts()
      if case .skip(let reason) = rule.route(item) {
        throw DeadLetterToolError(.conflict, "the letter at \(place) is not edited: \(reason); --force does it nevertheless")
      }
      // Somebody has looked at it: that is worth an attempt more.
      rule.attempts = .max
      guard case .replay(let record) = rule.republish(item.letter, value: .some(value)) else {
        throw DeadLetterToolError(.invalid, "the letter at \(place) tells no topic to write it to: name one")
      }
      if request.executes {
        let sender = try DeadLetterSender(configuration: producer, store: store, rate: nil, actor: request.actor, logger: logger)
        let entry = DeadLetterStore.Entry(letter: item.letter, action: .replay, target: record.topic)
        let result: Result<[DeadLetterStore.Entry], any Error>
        do { result = .success(try await sender.send([(entry, record)], isForced: rule.isForced) { _ in }) } catch {
          result = .failure(error)
        }
        await sender.close()
        guard try !result.get().isEmpty else {
          throw DeadLetterToolError(.conflict, "the letter at \(place) was dealt with by somebody else")
        }
      }
      outcome.replayed = [record.topic: 1]
      return outcome
    }
  }

  /// Decides that records are not to be applied, or counts what that would mean. The failed record of a parked key is dropped and those behind it are applied;
  /// other letters are only marked: they stay in their topic.
  ///
  /// - Parameters:
  ///   - wholeKeys: drops what waits behind failed records, too.
  ///   - progress: told how many records were read of how many.
  public func discard(
    _ selection: DeadLetterSelection, wholeKeys: Bool = false, _ request: DeadLetterRetryRequest,
    isolation: isolated (any Actor)? = #isolation, progress: (Int64, Int64) -> Void = { _, _ in }
  ) async throws -> DeadLetterOutcome {
    guard request.executes else { return try await discard(selection, wholeKeys, request, nil, progress) }
    let store = try await preparedStore()
    return try await store.alone { try await discard(selection, wholeKeys, request, store, progress) }
  }

  private func discard(
    _ selection: DeadLetterSelection, _ wholeKeys: Bool, _ request: DeadLetterRetryRequest, _ store: DeadLetterStore?,
    isolation: isolated (any Actor)? = #isolation, _ progress: (Int64, Int64) -> Void
  ) async throws -> DeadLetterOutcome {
    var outcome = DeadLetterOutcome()
    outcome.isExecuted = request.executes
    var keys: Set<Int64> = []
    try await read(selection, progress: progress) { items in
      var entries: [DeadLetterStore.Entry] = []
      var isFull = false
      for item in items {
        if let limit = request.limit, outcome.selected >= limit {
          isFull = true
          break
        }
        outcome.selected += 1
        switch item.state {
        case .parked(let key, _, _):
          if store != nil {
            guard try await drop(item.letter, key, wholeKeys: wholeKeys, by: request.actor) else {
              outcome.skipped[DeadLetterState.resolved.name, default: 0] += 1
              continue
            }
          }
          if keys.insert(key).inserted { outcome.keys.append(key) }
        case .waiting: entries.append(.init(letter: item.letter, action: .discard, target: ""))
        default: outcome.skipped[item.state.name, default: 0] += 1
        }
      }
      let done = try await store?.claim(entries, isForced: false, isDone: true, by: request.actor).count ?? entries.count
      outcome.discarded += done
      if done < entries.count { outcome.skipped[DeadLetterState.duplicate.name, default: 0] += entries.count - done }
      return !isFull
    }
    return outcome
  }

  /// False where the owner of the partition was faster.
  private func drop(_ letter: StoredDeadLetter, _ key: Int64, wholeKeys: Bool, by actor: ParkingActor) async throws -> Bool {
    guard let parking, let offset = letter.offset else { return false }
    do {
      if wholeKeys {
        try await parking.discard(keyOf: key, by: actor)
      } else {
        try await parking.discard(recordAt: offset, of: key, by: actor)
      }
      return true
    } catch let error as ParkingError where error.code == .unknownKey || error.code == .unknownRecord {
      return false
    }
  }

  /// Waits until the parked keys are resolved, or have failed again.
  ///
  /// - Returns: how many keys were resolved, and those that were parked again.
  /// - Throws: ``DeadLetterToolError`` where some still wait when the time is over: does a syncer of their group run?
  public func wait(
    for keys: [Int64], within limit: Duration, isolation: isolated (any Actor)? = #isolation, progress: (Int) -> Void = { _ in }
  ) async throws -> (resolved: Int, again: [ParkedKey]) {
    guard let parking else { return (0, []) }
    let deadline = ContinuousClock.now + limit
    var left = keys
    var again: [ParkedKey] = []
    while true {
      var waiting: [Int64] = []
      for id in left {
        guard let key = try await parking.key(id) else { continue }
        if key.state == .retrying { waiting.append(id) } else { again.append(key) }
      }
      left = waiting
      progress(keys.count - left.count)
      if left.isEmpty { return (keys.count - again.count, again) }
      guard ContinuousClock.now < deadline else {
        throw DeadLetterToolError(
          .unavailable, "\(left.count) of \(keys.count) keys are still to be tried: does a syncer run that owns their partitions?")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
