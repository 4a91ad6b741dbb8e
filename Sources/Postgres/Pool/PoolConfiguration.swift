/// How a pool treats its connections.
public struct PoolConfiguration: Sendable, Hashable {
  /// At most so many connections. Default 10.
  public var maxConnections: Int
  /// How long a caller waits for one. Default 10 s.
  public var acquireTimeout: Duration
  /// At most so many callers wait; the next gets ``PoolError/tooManyWaiting(_:)`` at once. Default 1000.
  public var maxWaiting: Int
  /// A connection that was idle for longer is asked for a sign of life before it is handed out, and by ``Pool/run()``. Default 10 s.
  public var healthCheckAfter: Duration
  /// How long such a sign may take. Default 3 s.
  public var healthCheckTimeout: Duration
  /// Connections idle for longer are closed by ``Pool/run()``, down to `minConnections`. Default 5 minutes.
  public var idleTimeout: Duration
  /// Kept open by ``Pool/run()``. Default 0.
  public var minConnections: Int
  /// Connections older than this are closed when they come back. Default 1 hour: memory of long sessions, and servers that moved.
  public var maxLifetime: Duration

  /// See the properties.
  public init(
    maxConnections: Int = 10, acquireTimeout: Duration = .seconds(10), maxWaiting: Int = 1000, healthCheckAfter: Duration = .seconds(10),
    healthCheckTimeout: Duration = .seconds(3), idleTimeout: Duration = .seconds(300), minConnections: Int = 0,
    maxLifetime: Duration = .seconds(3600)
  ) {
    self.maxConnections = max(1, maxConnections)
    self.acquireTimeout = acquireTimeout
    self.maxWaiting = max(0, maxWaiting)
    self.healthCheckAfter = healthCheckAfter
    self.healthCheckTimeout = healthCheckTimeout
    self.idleTimeout = idleTimeout
    self.minConnections = min(max(0, minConnections), self.maxConnections)
    self.maxLifetime = maxLifetime
  }
}
