internal import Kafka

extension DeadLetterOffice {
  /// Tries letters again, or counts what that would do: asks for an attempt at the queues of parked keys, and writes all other records to their topic
  /// again, those of one partition in their order.
  ///
  /// Safe to repeat after it was killed: see ``DeadLetterOutcome/settled``.
  ///
  /// - Parameter progress: told how many records were read of how many, and how many were written.
  /// - Throws: ``DeadLetterToolError`` where records were not acknowledged (what was, is written down), or another retry runs.
  public func retry(
    _ selection: DeadLetterSelection, _ request: DeadLetterRetryRequest, isolation: isolated (any Actor)? = #isolation,
    progress: (Int64, Int64, Int) -> Void = { _, _, _ in }
  ) async throws -> DeadLetterOutcome {
    var request = request
    request.rule.partitions = try await partitionCounts()
    guard request.executes else {
      return try await retry(selection, request, outcome: DeadLetterOutcome(), nil, progress)
    }
    let store = try await preparedStore()
    return try await store.alone {
      var outcome = DeadLetterOutcome()
      outcome.isExecuted = true
      outcome.settled = try await settle(store)
      let sender = try DeadLetterSender(configuration: producer, store: store, rate: request.rate, actor: request.actor, logger: logger)
      let result: Result<DeadLetterOutcome, any Error>
      do { result = .success(try await retry(selection, request, outcome: outcome, sender, progress)) } catch { result = .failure(error) }
      await sender.close()
      return try result.get()
    }
  }

  private func retry(
    _ selection: DeadLetterSelection, _ request: DeadLetterRetryRequest, outcome: DeadLetterOutcome, _ sender: DeadLetterSender?,
    isolation: isolated (any Actor)? = #isolation, _ progress: (Int64, Int64, Int) -> Void
  ) async throws -> DeadLetterOutcome {
    var outcome = outcome
    var keys: Set<Int64> = []
    var seen = (done: Int64(0), all: Int64(0))
    try await read(selection, progress: { seen = ($0, $1) }) { items in
      var sending: [(DeadLetterStore.Entry, ProducerRecord)] = []
      var isFull = false
      for item in items {
        if let limit = request.limit, outcome.selected >= limit {
          isFull = true
          break
        }
        outcome.selected += 1
        switch request.rule.route(item) {
        case .requestKey(let key):
          guard keys.insert(key).inserted else { continue }
          do { if request.executes { try await parking?.requestRetry(of: key, by: request.actor) } } catch let error as ParkingError
            where error.code == .unknownKey
          {
            // Resolved since it was looked at.
            outcome.skipped[DeadLetterState.resolved.name, default: 0] += 1
            continue
          }
          outcome.keys.append(key)
        case .replay(let record): sending.append((.init(letter: item.letter, action: .replay, target: record.topic), record))
        case .setAside(let record): sending.append((.init(letter: item.letter, action: .setAside, target: record.topic), record))
        case .skip(let reason): outcome.skipped[reason, default: 0] += 1
        }
      }
      if let sender {
        let count = sending.count
        let sent = try await sender.send(sending, isForced: request.rule.isForced) { progress(seen.done, seen.all, outcome.written + $0) }
        for entry in sent { Self.count(entry, &outcome) }
        if sent.count < count { outcome.skipped[DeadLetterState.duplicate.name, default: 0] += count - sent.count }
      } else {
        for (entry, _) in sending { Self.count(entry, &outcome) }
      }
      progress(seen.done, seen.all, outcome.written)
      return !isFull
    }
    return outcome
  }

  private static func count(_ entry: DeadLetterStore.Entry, _ outcome: inout DeadLetterOutcome) {
    switch entry.action {
    case .replay: outcome.replayed[entry.target, default: 0] += 1
    case .setAside: outcome.setAside[entry.target, default: 0] += 1
    case .discard: outcome.discarded += 1
    }
  }

  func partitionCounts() async throws -> [String: Int] {
    let topics = try await admin.describeTopics().filter { $0.error == nil }
    return Dictionary(topics.map { ($0.name, $0.partitions.count) }) { first, _ in first }
  }

  /// Finds out about letters whose replay was killed while they were written, by looking into their targets for the header that names them.
  ///
  /// - Returns: how many it was about.
  private func settle(_ store: DeadLetterStore) async throws -> Int {
    var count = 0
    while true {
      let open = try await store.inDoubt(limit: 1000)
      guard !open.isEmpty else { return count }
      var written: Set<DeadLetterPlace> = []
      let wanted = Set(open.map(\.place))
      let existing = try await partitionCounts()
      for target in Set(open.map(\.target)) where existing[target] != nil {
        try await reader.scan(topic: target) { record in
          guard let text = record.headers.last(where: { $0.name == StoredDeadLetter.sourceHeader })?.text,
            let place = DeadLetterPlace(parsing: text), wanted.contains(place)
          else { return }
          written.insert(place)
        }
      }
      try await store.settle(open.map(\.place), written: written)
      count += open.count
    }
  }
}
