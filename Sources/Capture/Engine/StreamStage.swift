internal import ChangeEvents
internal import Logging
internal import Postgres
internal import Synchronization

/// The part of a session that has records on their way: who reads, who takes acknowledgements, who tells the slot.
///
/// Tasks: *reading* makes records (snapshot, then stream); *acknowledging* waits for the sink; *keeping* stores positions and
/// confirms them; *watching* looks at the slot. When reading ends, for whatever reason, acknowledging goes on until everything is
/// delivered, so that the slot is told as much as is true. When keeping or watching ends it, nothing may be told any more, and what is on its
/// way is let go of after a while.
struct StreamStage: Sendable {
  let session: CaptureSession
  let pipeline: DeliveryPipeline
  let keeper: OffsetKeeper
  let source: SourceConnection
  let lease: SlotLease
  /// From the stored offset, see ``StoredOffset/snapshotLSN``.
  let snapshotPoints: [LSN]
  /// Of an interrupted snapshot, from the stored offset.
  let interruptedSnapshot: SnapshotProgress?
  let snapshotProgress = SnapshotProgressTracker()
  let xmin = SlotXmin()

  init(
    session: CaptureSession, pipeline: DeliveryPipeline, keeper: OffsetKeeper, source: SourceConnection, lease: SlotLease,
    snapshotPoints: [LSN], interruptedSnapshot: SnapshotProgress?
  ) {
    self.session = session
    self.pipeline = pipeline
    self.keeper = keeper
    self.source = source
    self.lease = lease
    self.snapshotPoints = snapshotPoints
    self.interruptedSnapshot = interruptedSnapshot
  }

  enum Event: Sendable {
    case reading(Result<CaptureSession.Ending, any Error>)
    case acknowledging(Result<Void, any Error>)
    case keeping(any Error)
    case gaveUp
    case helper
  }

  /// The stream, once there is one; read by the task that keeps positions.
  final class StreamBox: Sendable {
    private let box = Mutex<ReplicationStream?>(nil)
    var stream: ReplicationStream? { box.withLock { $0 } }
    func set(_ stream: ReplicationStream) { box.withLock { $0 = stream } }
  }

  /// Tells an end of the stage, where helpers are cancelled, from a cancellation of the whole; and deliveries that the stage gave up from those
  /// that failed.
  final class EndingMark: Sendable {
    private let mark = Mutex(false)
    var isSet: Bool { mark.withLock { $0 } }
    func set() { mark.withLock { $0 = true } }
  }

  func run(
    _ decision: StartDecision, replication: ReplicationConnection, tables: [TableDescription], position: CommitPosition?
  ) async throws -> CaptureSession.Ending {
    let box = StreamBox()
    let (ending, givenUp) = (EndingMark(), EndingMark())
    var outcome: Result<CaptureSession.Ending, any Error> = .failure(CancellationError())
    var letGo: Task<Void, Never>?
    await withTaskGroup(of: Event.self) { group in
      group.addTask {
        .reading(await Self.result { try await read(decision, replication: replication, tables: tables, position: position, box: box) })
      }
      group.addTask { .acknowledging(await Self.result { try await pipeline.run() }) }
      group.addTask { await keep(box) }
      group.addTask { await watch() }
      group.addTask { await purgeWhenCancelled(ending) }
      group.addTask { await wake(box) }
      group.addTask { await readSignals() }
      addOptionalHelpers(to: &group)
      events: for await event in group {
        switch event {
        case .reading(let result):
          outcome = result
          pipeline.finish()
          if case .success = result { session.board.update { $0.phase = .stopping } }
          group.addTask { await giveUpAfterDeadline(givenUp) }
        case .acknowledging(.success): break events
        case .acknowledging(.failure(let error)):
          // The sink's error is why the reader failed, not the other way round.
          if givenUp.isSet {
            session.logger.info("what was given up ended", metadata: ["reason": "\(error)"])
          } else {
            outcome = .failure(error)
          }
          break events
        case .keeping(let error):
          outcome = .failure(error)
          letGo = letGoAfterDeadline()
          break events
        case .gaveUp: break events
        case .helper: continue
        }
      }
      if !Task.isCancelled { ending.set() }
      group.cancelAll()
    }
    letGo?.cancel()
    await letGo?.value
    // Killed means killed: whoever cancels a task wants no last word. Who has lost the right to the slot must not have one.
    var hasLastWord = !Task.isCancelled && letGo == nil
    if hasLastWord { hasLastWord = await mayStore() }
    if let stream = box.stream {
      if hasLastWord {
        let storable = pipeline.storable
        do { try await keeper.keep(storable.position, incremental: storable.incremental, stream: stream) } catch {
          session.logger.error("the last position could not be stored", metadata: ["reason": "\(error)"])
          // Who ends by itself ends when it is stored; who was asked to stop stops, and repeats something.
          if case .success = outcome, !session.stop.isTriggered { outcome = .failure(error) }
        }
      }
      await stream.close()
    } else {
      if hasLastWord, let progress = snapshotProgress.progress {
        do { try await keeper.save(progress: progress) } catch {
          session.logger.error("the snapshot's progress could not be stored", metadata: ["reason": "\(error)"])
        }
      }
      await replication.close()
    }
    try Task.checkCancellation()
    return try outcome.get()
  }

  private static func result<T: Sendable>(_ body: () async throws -> T) async -> Result<T, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  // MARK: - Reading

  private func read(
    _ decision: StartDecision, replication: ReplicationConnection, tables: [TableDescription], position: CommitPosition?, box: StreamBox
  ) async throws -> CaptureSession.Ending {
    let slot = session.configuration.slotName
    var bounds = ChangeEncoder.Bounds(lastCommit: position, skipThrough: position?.endLSN, snapshotPoints: snapshotPoints)
    switch decision {
    case .finished: return .finished
    case .snapshotWithNewSlot(let dropFirst):
      guard try await delaySnapshot() else { return .stopped }
      // Noted before the slot is made: a slot of an unfinished snapshot must be known for what it is.
      try await keeper.save(snapshot: .running)
      if dropFirst { try await replication.dropSlot(name: slot, wait: true) }
      let created = try await createSlot(replication)
      guard try await snapshot(tables, created: created), try await delayStreaming() else { return .stopped }
    case .snapshotBesideSlot:
      guard try await delaySnapshot() else { return .stopped }
      // Exported by a slot of its own, so that it is known to the transaction what the rows hold.
      let point = try await replication.createLogicalSlot(name: Self.temporaryName(beside: slot), temporary: true)
      try await keeper.beginSnapshot(at: point.consistentPoint, progress: interruptedSnapshot)
      guard try await snapshot(tables, created: point, isBesideSlot: true, earlier: interruptedSnapshot) else { return .stopped }
      try await replication.dropSlot(name: point.name)
      bounds.snapshotPoints.append(point.consistentPoint)
      guard try await delayStreaming() else { return .stopped }
    case .snapshotOnly:
      guard try await delaySnapshot() else { return .stopped }
      try await keeper.save(snapshot: .running)
      return try await snapshot(tables, created: nil) ? .finished : .stopped
    case .streamFromNewSlot(let dropFirst):
      if dropFirst { try await replication.dropSlot(name: slot, wait: true) }
      _ = try await createSlot(replication)
      try await keeper.save(snapshot: .skipped)
      snapshotNotifications.skipped()
    case .stream, .streamFromSlot: snapshotNotifications.skipped()
    }
    try await SlotFailover.extend(session.configuration, replication, session.logger)
    // The first transaction of a new slot knows none before it, and counts as newer than the snapshot. Here it may be older.
    if !bounds.snapshotPoints.isEmpty, bounds.lastCommit == nil,
      let confirmed = try await SlotKeeper(name: slot, connection: try await source.open()).state()?.confirmed
    {
      bounds.lastCommit = CommitPosition(commitLSN: confirmed, endLSN: confirmed)
    }
    // What waits for the encoder costs memory and gains nothing beyond the next batches.
    let stream = try await replication.startReplication(
      slot: slot, from: .zero,
      options: StreamProtocol.options(
        serverVersion: replication.serverVersion, publication: session.configuration.publicationName),
      stream: StreamOptions(
        statusInterval: session.configuration.statusInterval, maxBatchMessages: 4096, maxBatchBytes: CaptureSession.batchBytes,
        maxBufferedBytes: 2 << 20))
    box.set(stream)
    session.board.update { $0.phase = .streaming }
    session.logger.notice(
      "streaming", metadata: ["slot": "\(slot)", "from": "\(position?.endLSN.description ?? "the slot's position")"])
    let reader = StreamReader(session: session, pipeline: pipeline, source: source, stream: stream, xmin: xmin)
    return try await reader.run(bounds, incremental: await keeper.incremental)
  }

  /// A killed predecessor's may be there for another moment.
  private static func temporaryName(beside slot: String) -> String {
    "\(slot.prefix(40))_\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }

  private func createSlot(_ replication: ReplicationConnection) async throws -> CreatedSlot {
    let created = try await replication.createLogicalSlot(
      name: session.configuration.slotName, failover: SlotFailover.isPossible(session.configuration, replication))
    session.logger.notice("slot made", metadata: ["slot": "\(created.name)", "consistent point": "\(created.consistentPoint)"])
    return created
  }
}
