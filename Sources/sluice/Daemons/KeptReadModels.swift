import Commerce
import Logging
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

  /// Reads connector files and the source's catalogue.
  static func load(_ configuration: Configuration, logger: Logger) async throws -> KeptReadModels {
    var kept = KeptReadModels()
    let namespace = MirrorNamespace(topicPrefix: configuration[Keys.Syncer.mirrorSchema])
    if var mirrors = try await Mirrors.load(configuration[Keys.Syncer.mirrors], configuration: configuration, logger: logger) {
      if ProductDocuments.sourceTables.allSatisfy({ mirrors.definition(table: $0) != nil }) {
        kept.documents = [ProductDocuments.definition(namespace: namespace)]
      }
      mirrors = try mirrors.serving(kept.documents)
      kept.mirrors = mirrors
      kept.handlers.append(MirrorProjection(mirrors, logger: logger))
      for document in kept.documents { kept.handlers.append(try DocumentProjection(document, mirrors: mirrors, logger: logger)) }
    }
    if configuration[Keys.Syncer.topics].contains(OrderHandler.defaultTopic) { kept.handlers.append(OrderHandler(logger: logger)) }
    return kept
  }
}
