import Commerce
import Logging
import Postgres
import ReadModels
import Runtime
import Syncer

/// What an installation's syncer keeps, as its configuration says: for the syncer itself, and for the tools that look after it.
struct KeptReadModels {
  /// In the order in which they are written.
  var handlers: [any Handler] = []
  /// nil where nothing is mirrored.
  var mirrors: MirrorSet?
  /// Documents made from the mirrors.
  var documents: [DocumentDefinition] = []
  /// Follows the source's tables; nil where nothing is mirrored, or nobody follows.
  var evolution: MirrorEvolution?
  /// Finishes the documents' fan-outs; nil where there are no documents, or nobody follows.
  var fanOuts: FanOutWorker?

  /// Reads connector files and the source's catalogue.
  ///
  /// - Parameter pool: of the read database, for what goes on beside the handlers of a syncer; nil for tools, whose handlers leave nothing behind.
  static func load(_ configuration: Configuration, following pool: Pool? = nil, logger: Logger) async throws -> KeptReadModels {
    var kept = KeptReadModels()
    let fanOut = FanOutSettings(
      threshold: configuration[Keys.Syncer.FanOut.threshold], stepDuration: configuration[Keys.Syncer.FanOut.stepDuration])
    if let loaded = try await Mirrors.load(configuration[Keys.Syncer.mirrors], configuration: configuration, logger: logger) {
      var mirrors = loaded.mirrors
      kept.documents = try await Projections.definitions(over: mirrors, configuration: configuration, logger: logger)
      mirrors = try mirrors.serving(kept.documents)
      kept.mirrors = mirrors
      kept.evolution = pool.map { pool in
        MirrorEvolution(
          mirrors, pool: pool, interval: configuration[Keys.Syncer.Schemas.interval], logger: logger, load: loaded.catalog)
      }
      kept.handlers.append(MirrorProjection(mirrors, evolution: kept.evolution, logger: logger))
      // The appliers' and the worker's.
      let sessions = configuration[Keys.Syncer.parallelism] + 1
      let projections = try kept.documents.map { document in
        try DocumentProjection(document, mirrors: mirrors, fanOut: pool == nil ? nil : fanOut, sessions: sessions, logger: logger)
      }
      kept.handlers += projections
      if let pool, !projections.isEmpty {
        kept.fanOuts = FanOutWorker(fanOut, projections: projections, pool: pool, logger: logger)
      }
    } else if !configuration[Keys.Syncer.projections].isEmpty {
      throw ConfigurationError(
        configuration.problem(
          Keys.Syncer.projections, "there is nothing to make documents of: expected connector files in syncer.mirrors, too"))
    }
    if configuration[Keys.Syncer.topics].contains(OrderHandler.defaultTopic) { kept.handlers.append(OrderHandler(logger: logger)) }
    return kept
  }
}
