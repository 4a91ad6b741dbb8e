public import Logging
public import Postgres
public import ServiceLifecycle

/// Prunes the inboxes of handlers for as long as a syncer runs.
public struct EventInboxPruner: Service {
  private let inboxes: [(store: ProcessedEventsStore, inbox: EventInbox)]
  private let interval: Duration
  private let pool: Pool
  private let logger: Logger

  /// Prunes the inboxes of those of `handlers` that have one, through one connection of `pool` at a time.
  ///
  /// - Parameter interval: the time between two rounds; default ten minutes.
  public init(_ handlers: [EventHandlers], interval: Duration = .seconds(600), pool: Pool, logger: Logger) {
    inboxes = handlers.compactMap { handlers in handlers.inbox.map { (ProcessedEventsStore(handler: handlers.name), $0) } }
    self.interval = interval
    self.pool = pool
    self.logger = logger
  }

  /// Prunes until the shutdown. A round that fails is logged and followed by the next one: IDs that stay longer do no harm.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        // The tables are made while the engine starts.
        do { try await Task.sleep(for: interval) } catch { return }
        await prune()
      }
    }
  }

  /// One round: all that is too old, in steps.
  func prune() async {
    for (store, inbox) in inboxes {
      do {
        while try await pool.withConnection({ try await store.prune(inbox, on: $0) }) >= inbox.stepSize, !Task.isCancelled {}
      } catch {
        logger.warning("pruning of processed events failed; the next round tries again", metadata: ["reason": "\(error)"])
      }
    }
  }
}
