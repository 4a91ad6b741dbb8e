public import Logging
public import Postgres

/// Keeps the planner's statistics of the mirrors and documents near the truth while they grow fast.
///
/// Autovacuum looks at a new table after a minute at the earliest. Until then PostgreSQL takes a row that is not deleted for one in two hundred, and
/// computes documents in an order that is several times as slow: too late for a read model that is filled within minutes.
public struct StatisticsKeeper: Sendable {
  /// The time between two looks; default two seconds. A look costs one query of the catalogue.
  public var interval: Duration
  private let tables: [String]
  private let logger: Logger

  /// Looks after `mirrors` and `documents`.
  public init(mirrors: MirrorSet, documents: [DocumentTable] = [], interval: Duration = .seconds(2), logger: Logger) {
    tables = mirrors.definitions.map(\.mirrorTable) + documents.map(\.qualifiedName)
    self.interval = interval
    self.logger = logger
  }

  /// Works until its task is cancelled, through one connection of `pool` at a time. A look that fails is logged and followed by the next one: old statistics cost time and nothing else.
  public func run(_ pool: Pool) async {
    while !Task.isCancelled {
      do {
        try await pool.withConnection { _ = try await refresh(on: $0) }
      } catch is CancellationError {
        return
      } catch {
        logger.debug("statistics were not refreshed; the next look tries again", metadata: ["reason": "\(error)"])
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }

  /// Has the tables counted that have outgrown their statistics.
  ///
  /// - Returns: their names.
  @discardableResult
  public func refresh(on connection: Connection) async throws -> [String] {
    let outgrown = try await connection.query(TableStatisticsStore.outgrown(tables)).map { try $0[0, as: String.self] }
    for table in outgrown {
      try await connection.execute(TableStatisticsStore.analyze(table))
      logger.debug("statistics refreshed", metadata: ["table": "\(table)"])
    }
    return outgrown
  }
}
