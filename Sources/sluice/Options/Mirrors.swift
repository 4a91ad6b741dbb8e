import Capture
import Logging
import Postgres
import ReadModels
import Runtime
import Syncer

/// From connector files to the mirrors of what they capture.
enum Mirrors {
  /// What was loaded, and how it is read again while it changes.
  struct Loaded {
    var mirrors: MirrorSet
    let catalog: MirrorEvolution.CatalogLoader
  }

  /// The mirrors of all tables that the files capture; nil where no file is named.
  ///
  /// The files say which tables and how values are written; the source's catalogue says what the tables look like.
  static func load(_ paths: [String], configuration: Configuration, logger: Logger) async throws -> Loaded? {
    let connectors = try ConnectorFiles.load(paths, configuration: configuration).filter { !$0.routesOutbox }
    guard let first = connectors.first else { return nil }
    for other in connectors where other.encoding != first.encoding || other.database != first.database {
      throw ConfigurationError(
        configuration.problem(
          Keys.Syncer.mirrors,
          "the connectors \(first.name) and \(other.name) differ in their database or in how they write values; mirror them by one syncer each"
        ))
    }
    let namespace = MirrorNamespace(topicPrefix: configuration[Keys.Syncer.mirrorSchema])
    let database = first.database
    let (tables, catalog) = try await PatientQuestion.ask(
      database, called: "source", within: configuration[Keys.Syncer.startTimeout], logger: logger
    ) { source in
      var tables: [String] = []
      for connector in connectors { tables += try await connector.capturedTables(on: source) }
      guard !tables.isEmpty else {
        throw ConfigurationError(configuration.problem(Keys.Syncer.mirrors, "no table of \(database) is captured by these files"))
      }
      return (tables, try await MirrorCatalog.load(from: source, tables: tables, namespace: namespace))
    }
    let mirrors = try catalog.mirrors(options: first.encoding, topicPrefix: connectors.count == 1 ? first.topicPrefix : nil)
    return Loaded(mirrors: mirrors) {
      let source = try await Connection.connect(database, logger: logger)
      do {
        let catalog = try await MirrorCatalog.load(from: source, tables: tables, namespace: namespace)
        await source.close()
        return catalog
      } catch {
        await source.close()
        throw error
      }
    }
  }
}
