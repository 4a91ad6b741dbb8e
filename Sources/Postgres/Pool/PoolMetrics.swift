internal import Metrics

/// What a pool tells about itself; `database` is the only label.
struct PoolMetrics: Sendable {
  private let inUse: Gauge
  private let idle: Gauge
  private let waiting: Gauge
  private let acquire: Timer
  private let failures: Counter

  init(database: String) {
    let dimensions = [("database", database)]
    inUse = Gauge(label: "sluice_postgres_pool_in_use_connections", dimensions: dimensions)
    idle = Gauge(label: "sluice_postgres_pool_idle_connections", dimensions: dimensions)
    waiting = Gauge(label: "sluice_postgres_pool_waiting_callers", dimensions: dimensions)
    acquire = Timer(label: "sluice_postgres_pool_acquire_seconds", dimensions: dimensions)
    failures = Counter(label: "sluice_postgres_pool_failures_total", dimensions: dimensions)
  }

  func record(inUse: Int, idle: Int, waiting: Int) {
    self.inUse.record(inUse)
    self.idle.record(idle)
    self.waiting.record(waiting)
  }

  func acquired(after duration: Duration) {
    acquire.recordNanoseconds(duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)
  }

  func failed() {
    failures.increment()
  }
}
