internal import Postgres

/// Decides how far the slot may move. Pure: batches go out in order, acknowledgements come back in any order.
///
/// A position may be confirmed once the batch that completes it, and every batch before, is acknowledged. A failed batch
/// blocks all that follow until the stream is read again from the slot.
struct DeliveryTracker {
  /// Names a batch that is on its way.
  struct Ticket: Hashable, Sendable {
    fileprivate var number: Int
  }

  private struct Outstanding {
    var bytes: Int
    var completes: CommitPosition?
    var incremental: IncrementalState?
    var isAcknowledged = false
    var hasFailed = false
  }

  private var first = 0
  private var queue: [Outstanding] = []
  /// The highest position that may be confirmed.
  private(set) var confirmable: CommitPosition?
  /// The state of incremental snapshots that goes with the acknowledged batches; nil while it did not change.
  private(set) var incremental: IncrementalState?
  /// A transaction has begun whose commit was not read yet.
  private var isInsideTransaction = false
  private(set) var bytesInFlight = 0

  init(startingAt position: CommitPosition? = nil) { confirmable = position }

  var isEmpty: Bool { queue.isEmpty }
  var hasFailed: Bool { queue.contains { $0.hasFailed } }
  var batchesInFlight: Int { queue.count }

  /// Notes a batch that is handed to the sink.
  ///
  /// - Parameters:
  ///   - bytes: its size.
  ///   - completes: the last commit whose records all stand in this batch or in earlier ones; nil if it completes none.
  ///   - insideTransaction: the batch ends inside a transaction.
  ///   - incremental: the state that holds once this batch and all before it are acknowledged.
  mutating func send(bytes: Int, completes: CommitPosition?, insideTransaction: Bool, incremental: IncrementalState? = nil) -> Ticket {
    defer { queue.append(Outstanding(bytes: bytes, completes: completes, incremental: incremental)) }
    bytesInFlight += bytes
    isInsideTransaction = insideTransaction
    return Ticket(number: first + queue.count)
  }

  /// Notes that all records of a batch are acknowledged; a ticket that is not outstanding changes nothing.
  ///
  /// - Returns: the new position to confirm, if this acknowledgement moved it.
  mutating func acknowledge(_ ticket: Ticket) -> CommitPosition? {
    let index = ticket.number - first
    guard queue.indices.contains(index), !queue[index].isAcknowledged, !queue[index].hasFailed else { return nil }
    queue[index].isAcknowledged = true
    bytesInFlight -= queue[index].bytes
    var moved: CommitPosition?
    while let head = queue.first, head.isAcknowledged {
      if let position = head.completes, confirmable.map({ $0 < position }) ?? true { moved = position }
      if let state = head.incremental { incremental = state }
      queue.removeFirst()
      first += 1
    }
    if let moved { confirmable = moved }
    return moved
  }

  /// Notes that a batch was not delivered: nothing from it on will become confirmable.
  mutating func fail(_ ticket: Ticket) {
    let index = ticket.number - first
    guard queue.indices.contains(index), !queue[index].isAcknowledged, !queue[index].hasFailed else { return }
    queue[index].hasFailed = true
    bytesInFlight -= queue[index].bytes
  }

  /// Notes commits that produced no record (filtered tables, empty transactions) when no batch carries them.
  ///
  /// - Returns: the new position to confirm: only when nothing is outstanding.
  mutating func pass(_ position: CommitPosition?, insideTransaction: Bool, incremental: IncrementalState? = nil) -> CommitPosition? {
    isInsideTransaction = insideTransaction
    if let incremental {
      if queue.isEmpty { self.incremental = incremental } else { queue[queue.count - 1].incremental = incremental }
    }
    guard let position else { return nil }
    if queue.isEmpty {
      guard confirmable.map({ $0 < position }) ?? true else { return nil }
      confirmable = position
      return position
    }
    // Something is on its way: the last batch carries the position along.
    if queue[queue.count - 1].completes.map({ $0 < position }) ?? true { queue[queue.count - 1].completes = position }
    return nil
  }

  /// Notes how far the server has read its WAL (a keepalive), so that an idle database does not hold back the slot.
  ///
  /// - Returns: the new position to confirm: only when nothing is outstanding and no transaction is open.
  mutating func observe(serverWALEnd: LSN) -> CommitPosition? {
    guard queue.isEmpty, !isInsideTransaction, serverWALEnd.rawValue != 0 else { return nil }
    let commit = confirmable?.commitLSN ?? serverWALEnd
    return pass(CommitPosition(commitLSN: commit, endLSN: serverWALEnd), insideTransaction: false)
  }
}
