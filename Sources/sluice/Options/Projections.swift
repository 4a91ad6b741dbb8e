import Commerce
import Logging
import Postgres
import ReadModels
import Runtime
import Syncer

/// From the files of `syncer.projections` to documents.
enum Projections {
  /// What the files declare; the sample shop's projections where no file is named.
  static func declared(_ configuration: Configuration) throws -> DeclaredProjections {
    try reporting {
      let paths = configuration[Keys.Syncer.projections]
      return paths.isEmpty ? try ProductDocuments.declarations : try DeclaredProjections.load(paths)
    }
  }

  /// The documents that are made of `mirrors`, everything about them checked. Without files: those of the sample shop, if it is mirrored.
  static func definitions(over mirrors: MirrorSet, configuration: Configuration, logger: Logger) async throws -> [DocumentDefinition] {
    let isSample = configuration[Keys.Syncer.projections].isEmpty
    if isSample, !ProductDocuments.sourceTables.allSatisfy({ mirrors.definition(table: $0) != nil }) { return [] }
    let declared = try declared(configuration)
    let database = try Databases.connection(configuration, Keys.Read.database, name: "sluice-syncer")
    return try await PatientQuestion.ask(database, called: "read", within: configuration[Keys.Syncer.startTimeout], logger: logger) {
      connection in
      try await reporting { try await declared.definitions(over: mirrors, checkedOn: connection) }
    }
  }

  /// A wrong declaration is a wrong configuration, with the place in the file.
  private static func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as ProjectionError { throw translated(error) }
  }

  private static func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as ProjectionError { throw translated(error) }
  }

  private static func translated(_ error: ProjectionError) -> ConfigurationError {
    ConfigurationError(
      problems: error.problems.map {
        ConfigurationProblem(
          key: $0.key, value: $0.value, reason: $0.reason, origin: .file(path: $0.file, line: $0.line), suggestion: $0.suggestion)
      })
  }
}
