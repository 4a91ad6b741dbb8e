import Commerce
import Logging
import ReadModels
import Runtime
import Syncer

/// The read models of an installation that can be built anew.
struct Rebuildables {
  /// By name, in the order in which the syncer writes them.
  private(set) var projections: [VersionedProjection] = []
  private(set) var documents: [String: VersionedDocuments] = [:]

  init(_ configuration: Configuration, logger: Logger) async throws {
    let kept = try await KeptReadModels.load(configuration, logger: logger)
    if let mirrors = kept.mirrors {
      let live = kept.handlers.compactMap { $0 as? DocumentProjection }
      projections.append(mirrors.projection(documents: live, logger: logger))
      for document in kept.documents {
        let versioned = try VersionedDocuments(document, mirrors: mirrors, logger: logger)
        projections.append(versioned.projection)
        documents[versioned.projection.name] = versioned
      }
    }
    if kept.handlers.contains(where: { $0 is OrderHandler }) { projections.append(OrderHandler.projection(logger: logger)) }
  }

  /// - Throws: ``RebuildError`` that names those that there are.
  func find(_ name: String) throws -> VersionedProjection {
    guard let found = projections.first(where: { $0.name == name }) else {
      let names = projections.map(\.name).joined(separator: ", ")
      throw RebuildError(
        .unknownVersion,
        "there is no projection \(name): expected \(names.isEmpty ? "syncer.mirrors or syncer.topics to name some" : "one of \(names)")")
    }
    return found
  }
}
