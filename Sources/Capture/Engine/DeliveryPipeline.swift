internal import Postgres
internal import Synchronization

/// Batches between the reader and the sink: bounded in bytes, acknowledged in order.
///
/// One task submits a stream, several may submit a snapshot's rows; one runs the acknowledgements.
final class DeliveryPipeline: Sendable {
  private struct Item: Sendable {
    var ticket: DeliveryTracker.Ticket
    var bytes: Int
    var delivery: any SinkDelivery
    var onAcknowledged: (@Sendable () -> Void)?
  }

  private let sink: any RecordSink
  private let gate: ByteGate
  private let pause: PauseGate
  private let tracker: Mutex<DeliveryTracker>
  private let items: AsyncStream<Item>
  private let continuation: AsyncStream<Item>.Continuation
  private let acknowledged = Mutex(ContinuousClock.now)

  init(sink: any RecordSink, maxBytes: Int, startingAt position: CommitPosition?, pause: PauseGate = PauseGate()) {
    self.sink = sink
    self.pause = pause
    gate = ByteGate(limit: maxBytes)
    tracker = Mutex(DeliveryTracker(startingAt: position))
    // Bounded by the gate: every item holds bytes of it.
    (items, continuation) = AsyncStream.makeStream(of: Item.self)
  }

  /// The highest position that may be confirmed.
  var confirmable: CommitPosition? { tracker.withLock { $0.confirmable } }
  /// The highest position that may be confirmed, and the state of incremental snapshots there.
  var storable: (position: CommitPosition?, incremental: IncrementalState?) { tracker.withLock { ($0.confirmable, $0.incremental) } }
  /// When the sink last gave a sign of life: now, if it owes none.
  var lastAcknowledgement: ContinuousClock.Instant { isIdle ? .now : acknowledged.withLock { $0 } }
  var isIdle: Bool { tracker.withLock { $0.isEmpty } }
  var bytesInFlight: Int { gate.used }
  var limit: Int { gate.limit }

  /// Hands a batch to the sink; suspends while too much is on its way.
  ///
  /// - Parameters:
  ///   - incremental: the state of incremental snapshots that holds once this batch and all before it are acknowledged.
  ///   - onAcknowledged: called once all of its records arrived.
  /// - Throws: what the sink or an earlier delivery threw.
  func submit(
    _ batch: CapturedBatch, completes: CommitPosition?, insideTransaction: Bool, incremental: IncrementalState? = nil,
    onAcknowledged: (@Sendable () -> Void)? = nil
  ) async throws {
    guard !batch.isEmpty else {
      onAcknowledged?()
      tracker.withLock { _ = $0.pass(completes, insideTransaction: insideTransaction, incremental: incremental) }
      return
    }
    let bytes = batch.weight
    try await pause.pass()
    try await gate.acquire(bytes)
    let ticket = tracker.withLock {
      $0.send(bytes: bytes, completes: completes, insideTransaction: insideTransaction, incremental: incremental)
    }
    do {
      continuation.yield(Item(ticket: ticket, bytes: bytes, delivery: try await sink.write(batch), onAcknowledged: onAcknowledged))
    } catch {
      tracker.withLock { $0.fail(ticket) }
      gate.release(bytes)
      throw error
    }
  }

  /// The server has read its WAL up to here and sent everything.
  func observe(keepalive: LSN) {
    tracker.withLock { _ = $0.observe(serverWALEnd: keepalive) }
  }

  /// Waits until every batch submitted so far is acknowledged.
  func drain() async throws { try await gate.drain() }

  /// No further batch will come: `run` returns once all are acknowledged.
  func finish() { continuation.finish() }

  /// Takes acknowledgements in the order of the batches.
  ///
  /// - Throws: the first delivery's error; everything that waits for room gets it, too.
  func run() async throws {
    for await item in items {
      do {
        try await item.delivery.wait()
      } catch {
        tracker.withLock { $0.fail(item.ticket) }
        gate.fail(error)
        throw error
      }
      tracker.withLock { _ = $0.acknowledge(item.ticket) }
      item.onAcknowledged?()
      gate.release(item.bytes)
      acknowledged.withLock { $0 = .now }
    }
    try Task.checkCancellation()
  }
}
