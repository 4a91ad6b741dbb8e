public import Logging
internal import Synchronization

/// Shares connections to one database among many tasks.
///
/// Connections are made when they are needed. A broken one is noticed when the server closes it, and by a sign of life after it was idle for a while;
/// it is replaced by the next caller. ``run()`` does the same for connections that nobody asks for; the pool works without it, too.
public final class Pool: Sendable {
  enum Grant: Sendable {
    case connection(PooledConnection)
    case mayConnect
  }

  struct PooledConnection: Sendable {
    let connection: Connection
    let made: ContinuousClock.Instant
    /// When a caller gave it back; checks do not count as use.
    var lastUsed: ContinuousClock.Instant
  }

  typealias Waiter = CheckedContinuation<Grant, any Error>

  /// Which database.
  public let configuration: ConnectionConfiguration
  /// How many, how long.
  public let poolConfiguration: PoolConfiguration
  private let logger: Logger
  private let metrics: PoolMetrics
  private let state: Mutex<PoolState<PooledConnection, Waiter>>

  /// A pool without connections yet.
  public init(configuration: ConnectionConfiguration, pool: PoolConfiguration, logger: Logger) {
    self.configuration = configuration
    self.poolConfiguration = pool
    self.logger = logger
    metrics = PoolMetrics(database: configuration.database)
    state = Mutex(PoolState(maximum: pool.maxConnections, maximumWaiting: pool.maxWaiting))
  }

  /// A pool without connections yet; what is not named has its default.
  public convenience init(
    configuration: ConnectionConfiguration, maxConnections: Int = 10, acquireTimeout: Duration = .seconds(10), logger: Logger
  ) {
    self.init(
      configuration: configuration, pool: PoolConfiguration(maxConnections: maxConnections, acquireTimeout: acquireTimeout), logger: logger)
  }

  /// Lends a connection to `body`. A transaction that `body` leaves open is rolled back.
  /// - Throws: what `body` throws, ``PoolError``, or the ``PostgresError`` of a failed connect.
  public func withConnection<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    let lease = try await acquire()
    do {
      let value = try await body(lease.connection)
      await giveBack(lease)
      return value
    } catch {
      await giveBack(lease)
      throw error
    }
  }

  /// Runs `body` in a transaction on a connection of its own; see ``Connection/transaction(_:isolation:_:)`` for what is thrown.
  public func transaction<Value>(
    _ options: TransactionOptions = TransactionOptions(), isolation: isolated (any Actor)? = #isolation,
    _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    try await transaction(options, opening: [], isolation: isolation) { transaction, _ in try await body(transaction) }
  }

  /// The same for a transaction whose first statements are known before it begins; see ``Connection/transaction(_:opening:plans:isolation:_:)``.
  public func transaction<Value>(
    _ options: TransactionOptions = TransactionOptions(), opening: [Query], plans: Plans = .asConfigured,
    isolation: isolated (any Actor)? = #isolation, _ body: (Connection, [Rows]) async throws -> Value
  ) async throws -> Value {
    try await withConnection { connection in
      try await connection.transaction(options, opening: opening, plans: plans, body)
    }
  }

  /// One statement on any connection.
  public func query(_ query: Query, format: ValueFormat = .text, timeout: Duration? = nil) async throws -> Rows {
    try await withConnection { try await $0.query(query, format: format, timeout: timeout) }
  }

  /// One statement on any connection; gives the number of rows affected.
  @discardableResult
  public func execute(_ query: Query, timeout: Duration? = nil) async throws -> Int {
    try await withConnection { try await $0.execute(query, timeout: timeout) }
  }

  /// Checks idle connections, closes those idle for too long and keeps `minConnections` open, until the task is cancelled or the pool is closed;
  /// then closes the pool.
  public func run() async {
    while !Task.isCancelled, !state.withLock({ $0.isClosed }) {
      await checkIdle()
      await fillUp()
      try? await Task.sleep(for: poolConfiguration.healthCheckAfter)
    }
    await close()
  }

  /// Closes idle connections now and lent ones when they come back. Callers that wait get ``PoolError/closed``.
  public func close() async {
    let (idle, waiters) = state.withLock { $0.close() }
    for waiter in waiters { waiter.resume(throwing: PoolError.closed) }
    for item in idle { await item.connection.close() }
    publish()
  }

  // MARK: Lending

  private func acquire() async throws -> PooledConnection {
    let start = ContinuousClock.now
    do {
      while true {
        let lease: PooledConnection?
        switch state.withLock({ $0.acquire() }) {
        case .closed: throw PoolError.closed
        case .use(let idle): lease = await checked(idle)
        case .connect: lease = try await connect()
        case .full:
          switch try await waitForGrant() {
          case .connection(let granted): lease = await checked(.init(item: granted, since: .now))
          case .mayConnect: lease = try await connect()
          }
        }
        guard let lease else { continue }
        metrics.acquired(after: start.duration(to: .now))
        publish()
        return lease
      }
    } catch {
      metrics.failed()
      publish()
      throw error
    }
  }

  /// The connection, if it is alive; otherwise its place is given up.
  private func checked(_ idle: PoolState<PooledConnection, Waiter>.Idle) async -> PooledConnection? {
    let connection = idle.item.connection
    if connection.isOpen {
      if idle.since.duration(to: .now) < poolConfiguration.healthCheckAfter { return idle.item }
      do {
        try await connection.ping(timeout: poolConfiguration.healthCheckTimeout)
        return idle.item
      } catch {
        // A cancelled task proves nothing about the connection, but its query may still be under way: it goes, too.
        logger.debug("an idle database connection gave no sign of life", metadata: ["reason": "\(String(reflecting: error))"])
      }
    }
    await connection.close()
    giveUpPlace()
    return nil
  }

  private func connect() async throws -> PooledConnection {
    do {
      let connection = try await Connection.connect(configuration, logger: logger)
      return PooledConnection(connection: connection, made: .now, lastUsed: .now)
    } catch {
      giveUpPlace()
      throw error
    }
  }

  private func giveUpPlace() {
    let waiter = state.withLock { $0.giveUpPlace() }
    waiter?.resume(returning: .mayConnect)
  }

  private func giveBack(_ lease: PooledConnection) async {
    var lease = lease
    lease.lastUsed = .now
    await release(lease)
  }

  private func release(_ lease: PooledConnection) async {
    let connection = lease.connection
    if connection.isOpen, connection.transactionStatus != .idle {
      logger.warning("a database connection came back with an open transaction; it is rolled back")
      do { try await connection.rollback() } catch { await connection.close() }
    }
    let isYoung = lease.made.duration(to: .now) < poolConfiguration.maxLifetime
    let mayKeep = connection.isOpen && isYoung && !connection.hasListeners
    switch state.withLock({ $0.release(lease, at: .now, mayKeep: mayKeep) }) {
    case .handOver(let waiter, let item): waiter.resume(returning: .connection(item))
    case .keep: break
    case .close(let item):
      await item.connection.close()
      let waiter = state.withLock { $0.grantPlace() }
      waiter?.resume(returning: .mayConnect)
    }
    publish()
  }

  // MARK: Waiting

  /// Waits for a connection or a place, at most `acquireTimeout`.
  private func waitForGrant() async throws -> Grant {
    try await withThrowingTaskGroup(of: Grant?.self) { group in
      group.addTask { try await self.enqueue() }
      group.addTask { [timeout = poolConfiguration.acquireTimeout] in
        try? await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      if let first = try await group.next(), let grant = first { return grant }
      // Time is up, or the task is cancelled. The grant can have come in this very moment: then it is used rather than lost.
      group.cancelAll()
      if let late = try? await group.next(), let grant = late { return grant }
      try Task.checkCancellation()
      throw PoolError.timedOut(after: poolConfiguration.acquireTimeout, maxConnections: poolConfiguration.maxConnections)
    }
  }

  private func enqueue() async throws -> Grant {
    let ticket = Mutex<Ticket>(.none)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waiter: Waiter) in
        // Between "full" and here a connection may have become free: it is looked for again under the same lock that enqueues.
        let outcome = state.withLock { state -> Result<Grant, PoolError>? in
          switch state.acquire() {
          case .closed: return .failure(.closed)
          case .use(let idle): return .success(.connection(idle.item))
          case .connect: return .success(.mayConnect)
          case .full:
            guard let id = state.wait(waiter) else { return .failure(.tooManyWaiting(state.waitingCount)) }
            let wasCancelled = ticket.withLock { ticket in
              if ticket == .cancelled { return true }
              ticket = .waiting(id)
              return false
            }
            // The cancellation came before there was anything to take out of the queue.
            if wasCancelled {
              _ = state.stopWaiting(id)
              return .failure(.closed)
            }
            return nil
          }
        }
        switch outcome {
        case .success(let grant): waiter.resume(returning: grant)
        case .failure(let error): waiter.resume(throwing: Task.isCancelled ? CancellationError() : error)
        case nil: publish()
        }
      }
    } onCancel: {
      let id = ticket.withLock { ticket -> Int? in
        if case .waiting(let id) = ticket { return id }
        ticket = .cancelled
        return nil
      }
      guard let id, let waiter = state.withLock({ $0.stopWaiting(id) }) else { return }
      waiter.resume(throwing: CancellationError())
    }
  }

  private enum Ticket: Equatable {
    case none
    case waiting(Int)
    case cancelled
  }

  // MARK: Keeping

  private func checkIdle() async {
    let old = state.withLock { $0.takeIdle(since: ContinuousClock.now.advanced(by: .zero - poolConfiguration.healthCheckAfter)) }
    for item in old {
      let isSpare = state.withLock { $0.total > poolConfiguration.minConnections }
      let isOld = item.lastUsed.duration(to: .now) > poolConfiguration.idleTimeout
      if isSpare, isOld || !item.connection.isOpen {
        await item.connection.close()
        giveUpPlace()
      } else if let alive = await checked(.init(item: item, since: .now.advanced(by: .zero - poolConfiguration.healthCheckAfter))) {
        await release(alive)
      }
    }
  }

  private func fillUp() async {
    while state.withLock({ $0.reservePlace(upTo: poolConfiguration.minConnections) }) {
      do { await release(try await connect()) } catch {
        logger.warning("no database connection", metadata: ["reason": "\(String(reflecting: error))"])
        return
      }
    }
  }

  private func publish() {
    let (inUse, idle, waiting) = state.withLock { ($0.taken, $0.idle.count, $0.waitingCount) }
    metrics.record(inUse: inUse, idle: idle, waiting: waiting)
  }
}
