public import Logging
public import Postgres

/// Prunes the marks of deleted rows and documents for as long as a syncer runs.
public struct TombstonePruner: Sendable {
  /// How long marks are kept, and how many go at a time.
  public var tombstones: MirrorTombstones
  /// The time between two rounds; default one minute.
  public var interval: Duration
  private let mirrors: MirrorSet
  private let documents: [DocumentTable]
  private let pool: Pool
  private let logger: Logger

  /// Prunes `mirrors` and `documents` through one connection of `pool` at a time.
  public init(
    _ tombstones: MirrorTombstones = MirrorTombstones(), mirrors: MirrorSet, documents: [DocumentTable] = [],
    interval: Duration = .seconds(60), pool: Pool, logger: Logger
  ) {
    self.tombstones = tombstones
    self.mirrors = mirrors
    self.documents = documents
    self.interval = interval
    self.pool = pool
    self.logger = logger
  }

  /// Prunes until its task is cancelled. A round that fails is logged and followed by the next one: marks that stay longer do no harm.
  public func run() async {
    while !Task.isCancelled {
      do {
        let pruned = try await pool.withConnection { connection in
          try await tombstones.prune(mirrors: mirrors, documents: documents, on: connection)
        }
        if pruned >= tombstones.stepSize { continue }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("pruning of tombstones failed; the next round tries again", metadata: ["reason": "\(error)"])
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}
