/// The open connections: how many there may be, which are idle, how much they have sent that is not a request yet.
final class ConnectionTable {
  private var open: [Int: ConnectionHandler] = [:]
  private var lastID = 0
  private let limit: Int
  private let scheduler: any Scheduler
  /// Bytes received and not yet taken as a request, of all connections.
  private(set) var bufferedBytes = 0
  private let metrics: BrokerMetrics
  /// Called with the ID of each that has closed.
  var onClosed: ((Int) -> Void)?

  init(limit: Int, scheduler: any Scheduler, metrics: BrokerMetrics) {
    self.limit = limit
    self.scheduler = scheduler
    self.metrics = metrics
  }

  var count: Int { open.count }
  /// Most bytes of unfinished requests of all connections together; beyond it, those larger than a socket's buffer are refused.
  static let memoryLimit = 256 << 20

  /// Whether an unfinished request of so many bytes may wait for its rest.
  func hasMemory(for bytes: Int) -> Bool { bufferedBytes <= Self.memoryLimit || bytes <= 1 << 20 }

  var hasRoom: Bool { open.count < limit }
  var now: Int64 { scheduler.now }

  func nextID() -> Int {
    lastID += 1
    return lastID
  }

  func opened(_ id: Int, _ handler: ConnectionHandler) { open[id] = handler }

  func closed(_ id: Int) {
    open[id] = nil
    onClosed?(id)
  }

  func received(bytes: Int) { bufferedBytes += bytes }

  func refused() { metrics.connectionRefused() }

  /// Closes connections without a request for as long (connections.max.idle.ms).
  func closeIdle(afterMilliseconds limit: Int64) {
    for handler in open.values where handler.isIdle && now - handler.lastActivity > limit { handler.close() }
  }

  func close(_ id: Int) { open[id]?.close() }

  func closeAll() {
    for handler in open.values { handler.close() }
  }
}
