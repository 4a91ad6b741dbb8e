internal import Logging
internal import Postgres

/// The snapshot of a stage that begins with one.
extension StreamStage {
  var snapshotNotifications: InitialSnapshotNotifications {
    InitialSnapshotNotifications(service: session.notifications, connector: session.configuration.topicPrefix)
  }

  /// Takes a snapshot, waits until it is delivered, and stores that it is complete.
  ///
  /// - Parameters:
  ///   - created: the slot that exports it; nil for a snapshot without a slot.
  ///   - isBesideSlot: the slot that streams afterwards is an older one.
  ///   - earlier: the progress of an interrupted attempt, if the offset has any.
  /// - Returns: false if it was asked to stop before the end.
  func snapshot(
    _ tables: [TableDescription], created: CreatedSlot?, isBesideSlot: Bool = false, earlier: SnapshotProgress? = nil
  ) async throws -> Bool {
    session.board.update { $0.phase = .snapshot }
    var slotPoint = created?.consistentPoint
    if isBesideSlot {
      slotPoint = try await SlotKeeper(name: session.configuration.slotName, connection: try await source.open()).state()?.confirmed
    }
    // A slot that stands elsewhere was made anew or moved: changes of rows that were read are not all in it.
    let progress = earlier.flatMap { $0.slotPoint == slotPoint ? $0 : nil }
    let reader = SnapshotReader(session: session, pipeline: pipeline, tracker: snapshotProgress, notifications: snapshotNotifications)
    snapshotNotifications.started()
    do {
      guard try await reader.run(tables: tables, slot: created, slotPoint: slotPoint, progress: progress) else { return false }
    } catch {
      snapshotNotifications.aborted()
      throw error
    }
    // Completed means delivered: until then a crash takes the rest again.
    try await pipeline.drain()
    let point = isBesideSlot ? created?.consistentPoint : nil
    try await insist { try await keeper.save(snapshot: .completed, point: point) }
    session.board.endSnapshot()
    session.logger.notice("snapshot completed")
    return true
  }

  /// Stores what was long in the making, as often as it takes: a snapshot that is not known to be complete is taken again.
  private func insist(_ save: () async throws -> Void) async throws {
    var failures = Backoff(cap: .seconds(30))
    while true {
      do { return try await save() } catch let error as SinkError where error.isRetriable && !session.stop.isTriggered {
        let wait = failures.next()
        note(error, attempt: failures.attempts)
        try await session.stop.sleep(for: wait)
      }
    }
  }

  /// `snapshot.delay.ms`, before anything is made.
  ///
  /// - Returns: false if it was asked to stop.
  func delaySnapshot() async throws -> Bool { try await delay(session.configuration.snapshot.delay, "the snapshot") }

  /// `streaming.delay.ms`, between a snapshot and the stream.
  func delayStreaming() async throws -> Bool { try await delay(session.configuration.snapshot.streamingDelay, "the stream") }

  private func delay(_ duration: Duration, _ what: String) async throws -> Bool {
    guard duration > .zero else { return !session.stop.isTriggered }
    session.logger.notice("waiting before \(what) begins", metadata: ["seconds": "\(duration.seconds)"])
    try await session.stop.sleep(for: duration)
    return !session.stop.isTriggered
  }
}
