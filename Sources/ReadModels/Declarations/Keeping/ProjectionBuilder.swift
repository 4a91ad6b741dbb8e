public import Logging
internal import Metrics
public import Postgres

/// Makes documents anew whose declaration has changed since they were made, in steps, while changes go on being applied.
///
/// Each step is a transaction that recomputes some documents and remembers how far it has come, so that a restart goes on from there, and
/// several processes share the work. Until the last step there are documents of both declarations: `sluice_projection_building` is 1, and
/// the projection's row in `sluice_projections` has `is_built = false`. For a switch in one moment, `sluice rebuild` makes the documents
/// beside the live ones.
public struct ProjectionBuilder: Sendable {
  private let projections: [DocumentProjection]
  private let pool: Pool
  private let stepSize: Int
  private let logger: Logger

  /// - Parameters:
  ///   - projections: whose documents are looked after. Their tables and mirrors must have been prepared.
  ///   - pool: of the read database.
  ///   - stepSize: root rows of one transaction.
  public init(_ projections: [DocumentProjection], pool: Pool, stepSize: Int = 500, logger: Logger) {
    self.projections = projections
    self.pool = pool
    self.stepSize = max(1, stepSize)
    self.logger = logger
  }

  /// Brings all projections to their declarations; what fails is tried again, at least every half minute. Returns when the task is cancelled.
  public func run() async {
    for projection in projections {
      var delay = Duration.milliseconds(200)
      while !Task.isCancelled {
        do {
          try await build(projection)
          break
        } catch {
          logger.warning(
            "documents are not made anew yet; it is tried again",
            metadata: ["projection": "\(projection.definition.name)", "error": "\(error)", "in": "\(delay)"])
          do { try await Task.sleep(for: delay) } catch { return }
          delay = min(delay * 2, .seconds(30))
        }
      }
    }
    // A service that ends ends its process: there is nothing left to do but to stay.
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
  }

  /// Brings one projection to its declaration.
  ///
  /// - Returns: how many root rows were gone through; 0 where nothing had to be done.
  @discardableResult
  public func build(_ projection: DocumentProjection) async throws -> Int {
    let definition = projection.definition
    let gauge = Gauge(label: "sluice_projection_building", dimensions: [("projection", definition.name)])
    guard try await begin(definition) else {
      gauge.record(0)
      return 0
    }
    gauge.record(1)
    logger.notice(
      "documents are made anew, by a declaration that is new or has changed",
      metadata: [
        "projection": "\(definition.name)", "table": "\(definition.location.qualifiedName)", "fingerprint": "\(definition.fingerprint)",
      ])
    var total = 0
    while true {
      try Task.checkCancellation()
      let step = try await pool.withConnection { connection in
        try await connection.transaction { try await self.step(projection, in: $0) }
      }
      guard let step else { break }
      total += step
    }
    gauge.record(0)
    logger.notice("documents are made anew: done", metadata: ["projection": "\(definition.name)", "rows": "\(total)"])
    return total
  }

  /// Whether there is something to do.
  private func begin(_ definition: DocumentDefinition) async throws -> Bool {
    try await pool.withConnection { connection in
      try await connection.transaction { transaction in
        try await ProjectionRegistryStore.prepare(transaction)
        if let entry = try await ProjectionRegistryStore.load(definition.name, in: transaction), entry.fingerprint == definition.fingerprint
        {
          return !entry.isBuilt
        }
        try await ProjectionRegistryStore.begin(definition, in: transaction)
        return true
      }
    }
  }

  /// One step; nil when there is none left, or when another declaration has taken over.
  private func step(_ projection: DocumentProjection, in transaction: Connection) async throws -> Int? {
    let definition = projection.definition
    guard let entry = try await ProjectionRegistryStore.load(definition.name, in: transaction),
      entry.fingerprint == definition.fingerprint, !entry.isBuilt
    else { return nil }
    let step = try await projection.recomputeStep(after: entry.lastKey, limit: stepSize, in: transaction)
    if step.count > 0 {
      try await ProjectionRegistryStore.advance(definition.name, to: step.last, documents: step.count, in: transaction)
      return step.count
    }
    // All roots are done; what is left belongs to no root: the documents of a declaration with another one.
    let swept = try await projection.sweepStep(limit: stepSize, in: transaction)
    if swept == 0 { try await ProjectionRegistryStore.finish(definition.name, in: transaction) }
    return swept == 0 ? nil : swept
  }
}
