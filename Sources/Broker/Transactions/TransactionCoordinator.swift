internal import Logging

/// The coordinator of all transactions (KIP-98, with the verification of KIP-890 part 1), as Apache Kafka 4 is for clients of
/// transactions version 1 (`core/src/main/scala/kafka/coordinator/transaction`).
///
/// A change of a transactional id's state is first appended to `__transaction_state` and counts once it is durable; until then the id is
/// busy and other requests for it are answered CONCURRENT_TRANSACTIONS, which clients repeat. Once a Prepare… state is durable the
/// outcome is decided: markers are written to every partition, again and again if need be and after a restart, and then the id is free.
///
/// Confined to the event loop. If you are debugging who was fenced and why, read `+InitProducerID`; a transaction that will not end,
/// `+Markers`.
final class TransactionCoordinator {
  let configuration: TransactionConfiguration
  let log: any StateLog
  let scheduler: any Scheduler
  let partitions: any TransactionPartitions
  let logger: Logger
  /// A factor for back-off pauses, so that transactions that failed together do not come back together.
  let jitter: () -> Double

  var producerIDs: ProducerIDGenerator
  var entries: [String: TransactionEntry] = [:]
  var counters = TransactionCounters()
  var phase = Phase.loading
  var abortTimer: (any ScheduledWork)?
  var expirationTimer: (any ScheduledWork)?

  enum Phase {
    case loading
    case active
    case stopped
  }

  init(
    configuration: TransactionConfiguration = TransactionConfiguration(), log: any StateLog, scheduler: any Scheduler,
    partitions: any TransactionPartitions, logger: Logger, reserveBlock: @escaping () throws -> Range<Int64>,
    jitter: @escaping () -> Double = { Double.random(in: 0.8...1.2) }
  ) {
    self.configuration = configuration
    self.log = log
    self.scheduler = scheduler
    self.partitions = partitions
    self.logger = logger
    self.jitter = jitter
    producerIDs = ProducerIDGenerator(reserveBlock: reserveBlock)
  }

  /// Transactions begun whose markers are not all written. Counts them: for metrics, not for each request.
  var openTransactions: Int { entries.values.count { $0.metadata.state.isOpen } }

  /// Transactional ids in memory.
  var transactionalIDs: Int { entries.count }

  /// The entry of a transactional id that a request names.
  ///
  /// - Throws: the code to answer.
  func entry(_ transactionalID: String, producerID: Int64) throws(ErrorCode) -> TransactionEntry {
    try checkActive()
    guard !transactionalID.isEmpty else { throw .invalidRequest }
    guard let entry = entries[transactionalID], entry.metadata.producerID == producerID else { throw .invalidProducerIDMapping }
    return entry
  }

  func checkActive() throws(ErrorCode) {
    switch phase {
    case .active: break
    case .loading: throw .coordinatorLoadInProgress
    case .stopped: throw .coordinatorNotAvailable
    }
  }

  /// Appends the next metadata of an entry to the log and, when it is durable, makes it the entry's.
  ///
  /// - Parameter completion: called with the code for the client, after the entry was changed.
  func append(_ next: TransactionMetadata, to entry: TransactionEntry, completion: @escaping (ErrorCode) -> Void) {
    entry.pendingState = next.state
    let record: StateRecord
    do {
      record = try TransactionRecord.encode(entry.transactionalID, next)
    } catch {
      logger.error("transaction not written", metadata: ["transactionalID": "\(entry.transactionalID)", "error": "\(error)"])
      entry.pendingState = nil
      return completion(.unknownServerError)
    }
    log.append([record], producer: nil) { [logger] code in
      if code == .none {
        entry.metadata = next
        entry.pendingState = nil
        return completion(.none)
      }
      logger.warning(
        "transaction log refused a record",
        metadata: ["transactionalID": "\(entry.transactionalID)", "state": "\(next.state)", "error": "\(code)"])
      entry.pendingState = nil
      completion(Self.coordinatorCode(of: code))
    }
  }

  /// What an error of the log means for somebody who asks the coordinator (Kafka's `appendTransactionToLog`).
  static func coordinatorCode(of code: ErrorCode) -> ErrorCode {
    switch code {
    case .unknownTopicOrPartition, .requestTimedOut: .coordinatorNotAvailable
    case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
    case .messageTooLarge, .recordListTooLarge: .unknownServerError
    default: code
    }
  }

  /// The code of an error thrown by a transition; a transition that cannot be is logged.
  func code(of error: any Error, _ entry: TransactionEntry) -> ErrorCode {
    if let code = error as? ErrorCode { return code }
    logger.error("impossible transition", metadata: ["transactionalID": "\(entry.transactionalID)", "error": "\(error)"])
    return .unknownServerError
  }
}
